/** Of realms on Arm platforms: which platform a token comes from. */
import { readCollection } from '../cca/collection.ts'
import { readPlatformClaims } from '../cca/platform-claims.ts'
import { readMap } from '../cose/sign1.ts'

/** The platform whose key a token has to be verified by: named by the token, which nobody has verified yet. Refuses. */
export function ccaInstanceOf(token: Uint8Array): Uint8Array {
  return readPlatformClaims(readMap(readCollection(token).platform.payload)).instanceId
}

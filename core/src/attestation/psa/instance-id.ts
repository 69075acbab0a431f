/** Which machine: the name of its attestation key (RFC 9783, section 4.2.1; CCA's instances are named alike). */
import type { CborKey, CborMap } from '../cose/cbor.ts'
import { bytesClaim } from '../cose/claims.ts'
import { demand } from '../refusal.ts'

/** Universal entity identifier whose type says: random, or a hash of the key. */
const UEID_RANDOM = 1

/** 33 bytes. */
export function instanceIdClaim(claims: CborMap, key: CborKey): Uint8Array {
  const id = bytesClaim(claims, key, 33)
  demand(id[0] === UEID_RANDOM, 'malformed')
  return id
}

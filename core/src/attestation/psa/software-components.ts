/** What a platform booted (RFC 9783, section 4.4.1; CCA's list has the same members). */
import { utf8Encode } from '../../codec/index.ts'
import type { CborKey, CborMap } from '../cose/cbor.ts'
import { bytesClaim, listClaim, mapOf, optionalTextClaim } from '../cose/claims.ts'
import { HASH_LENGTHS } from '../cose/named-hash.ts'
import type { SoftwareComponent } from '../facts.ts'

const TYPE = 1
const VALUE = 2
const VERSION = 4
const SIGNER_ID = 5

/** A platform that measures nothing shows no program, so an empty list is refused like a missing one. */
export function softwareComponentsClaim(claims: CborMap, key: CborKey): readonly SoftwareComponent[] {
  return listClaim(claims, key).map((item) => {
    const component = mapOf(item)
    return {
      type: optionalTextClaim(component, TYPE),
      value: bytesClaim(component, VALUE, ...HASH_LENGTHS),
      version: optionalTextClaim(component, VERSION),
      signerId: bytesClaim(component, SIGNER_ID, ...HASH_LENGTHS),
    }
  })
}

/** Three strings for each component, so that no two lists give the same; the version is what the signer says, not what runs. */
export function measuredRegisters(components: readonly SoftwareComponent[]): Uint8Array[] {
  return components.flatMap(({ type = '', value, signerId }) => [utf8Encode(type), value, signerId])
}

/** Claims of CCA's realm token: the confidential machine (draft-ffm-rats-cca-token, section 4.7). */
import type { CborMap } from '../cose/cbor.ts'
import { bytesClaim, bytesOf, listClaim, optionalBytesClaim, optionalTextClaim, textClaim } from '../cose/claims.ts'
import { HASH_LENGTHS, namedHash } from '../cose/named-hash.ts'
import type { AnchorKey } from '../evidence.ts'
import { demand, refuse } from '../refusal.ts'
import { readRealmKey } from './realm-key.ts'

export interface RealmClaims {
  /** Absent before the draft gave it one. */
  readonly profile: string | undefined
  readonly challenge: Uint8Array
  readonly personalizationValue: Uint8Array
  readonly initialMeasurement: Uint8Array
  readonly extensibleMeasurements: readonly Uint8Array[]
  readonly key: AnchorKey
  /** What the platform must have been challenged with. */
  readonly keyHash: Uint8Array
}

const CHALLENGE = 10
const PROFILE = 265
const PERSONALIZATION_VALUE = 44_235
const PUBLIC_KEY = 44_237
const INITIAL_MEASUREMENT = 44_238
const EXTENSIBLE_MEASUREMENTS = 44_239
const PUBLIC_KEY_HASH = 44_240

const PROFILES: readonly (string | undefined)[] = ['tag:arm.com,2023:realm#1.0.0', undefined]
const EXTENSIBLE_REGISTERS = 4

export function readRealmClaims(claims: CborMap): RealmClaims {
  const profile = optionalTextClaim(claims, PROFILE)
  demand(PROFILES.includes(profile), 'unknown-profile')
  const extensible = listClaim(claims, EXTENSIBLE_MEASUREMENTS)
  demand(extensible.length === EXTENSIBLE_REGISTERS, 'malformed')
  const publicKey = optionalBytesClaim(claims, PUBLIC_KEY) ?? refuse('missing-claim')
  return {
    profile,
    challenge: bytesClaim(claims, CHALLENGE, 64),
    personalizationValue: bytesClaim(claims, PERSONALIZATION_VALUE, 64),
    initialMeasurement: bytesClaim(claims, INITIAL_MEASUREMENT, ...HASH_LENGTHS),
    extensibleMeasurements: extensible.map((value) => bytesOf(value, HASH_LENGTHS)),
    key: readRealmKey(publicKey),
    keyHash: namedHash(textClaim(claims, PUBLIC_KEY_HASH))(publicKey),
  }
}

/** The key that signs realm tokens (RAK), in the two encodings that realm tokens have. */
import { concatBytes } from '../../codec/index.ts'
import { bytesClaim } from '../cose/claims.ts'
import { readMap } from '../cose/sign1.ts'
import type { AnchorKey } from '../evidence.ts'
import { demand, refuse } from '../refusal.ts'

/** Before the realm token had a profile: the uncompressed point of a P-384 key. */
const RAW_POINT_BYTES = 97
const UNCOMPRESSED = 0x04

/** Parameters of an EC2 key (RFC 9052, section 7.1; RFC 9053, section 7.1.1). */
const KEY_TYPE = 1
const EC2 = 2
const CURVE = -1
const X = -2
const Y = -3

const CURVES = new Map<unknown, { readonly curve: AnchorKey['curve']; readonly coordinateBytes: number }>([
  [1, { curve: 'P-256', coordinateBytes: 32 }],
  [2, { curve: 'P-384', coordinateBytes: 48 }],
])

/** @param encoded content of the realm's public key claim; a COSE_Key never starts like a point */
export function readRealmKey(encoded: Uint8Array): AnchorKey {
  if (encoded.length === RAW_POINT_BYTES && encoded[0] === UNCOMPRESSED) return { curve: 'P-384', point: encoded }
  const key = readMap(encoded)
  demand(key.get(KEY_TYPE) === EC2, 'unsupported-algorithm')
  const { curve, coordinateBytes } = CURVES.get(key.get(CURVE)) ?? refuse('unsupported-algorithm')
  const x = bytesClaim(key, X, coordinateBytes)
  const y = bytesClaim(key, Y, coordinateBytes)
  return { curve, point: concatBytes(Uint8Array.of(UNCOMPRESSED), x, y) }
}

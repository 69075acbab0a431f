/** The group of the threshold PRF: ristretto255 (RFC 9496) in the VOPRF mode of RFC 9497, suite ristretto255-SHA512. */
import { ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js'
import { concatBytes, utf8Encode } from '@pha/core/codec'

const { Point } = ristretto255

/** Integers modulo the group order. */
export const Scalar = Point.Fn

export type Element = typeof Point.BASE

/** "HashToGroup-" || contextString, where contextString = "OPRFV1-" || I2OSP(mode, 1) || "-" || suite (RFC 9497 3.1, 4.1). */
const HASH_TO_GROUP_TAG = concatBytes(
  utf8Encode('HashToGroup-OPRFV1-'),
  Uint8Array.of(1),
  utf8Encode('-ristretto255-SHA512'),
)

/** RFC 9497's encoding prefixes the input with two bytes of length. */
export const MAX_INPUT_LENGTH = 65_535

/** The blind of a caller that has nothing to hide from the holder of a share: the input is public. */
export const NO_BLIND = Scalar.toBytes(1n)

/** The element that a public input stands for; every holder computes it alone. */
export function hashToGroup(input: Uint8Array): Uint8Array {
  return ristretto255_hasher.hashToCurve(input, { DST: HASH_TO_GROUP_TAG }).toBytes()
}

/** The element of a canonical encoding other than the identity's; `undefined` for all other bytes. */
export function decodeElement(bytes: Uint8Array): Element | undefined {
  try {
    const element = Point.fromBytes(bytes)
    return element.is0() ? undefined : element
  } catch {
    return undefined
  }
}

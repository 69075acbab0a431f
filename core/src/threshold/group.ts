/** The group of the threshold PRF: ristretto255 (RFC 9496) in the VOPRF mode of RFC 9497, suite ristretto255-SHA512. */
import { ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js'
import { concatBytes, utf8Encode } from '@pha/core/codec'
import { sha512 } from '@pha/core/crypto'

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

/** The blind of a caller that has nothing to hide from the holder of a share: the input is public. */
export const NO_BLIND = Scalar.toBytes(1n)

/** The element that a public input stands for; every holder computes it alone. */
export function hashToGroup(input: Uint8Array): Uint8Array {
  return ristretto255_hasher.hashToCurve(input, { DST: HASH_TO_GROUP_TAG }).toBytes()
}

/** `Hash(lp2(input) || lp2(element) || "Finalize")`, 64 bytes (RFC 9497 section 3.3.1), for an element without a blind. */
export function finalize(input: Uint8Array, element: Element): Uint8Array {
  return sha512(lengthPrefixed2(input), lengthPrefixed2(element.toBytes()), utf8Encode('Finalize'))
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

/** The scalar of a canonical encoding (32 bytes little-endian, below the order); `undefined` for all other bytes. */
export function decodeScalar(bytes: Uint8Array): bigint | undefined {
  try {
    return Scalar.fromBytes(bytes)
  } catch {
    return undefined
  }
}

/** I2OSP(length, 2) || bytes. */
function lengthPrefixed2(bytes: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(bytes.length >> 8, bytes.length & 255), bytes)
}

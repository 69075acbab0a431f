/**
 * Encodings of points of edwards25519 that no verifier reads in another way: what an implementation that checks more
 * loosely, or without the cofactor, accepts of such points, the strict rule accepts too (docs/adr/0011).
 */
import { fromHex } from '@pha/core/codec'

/** y = 2^255 - 19 and above is not canonical: the highest bytes are 7f ff ... ff, the lowest at least ed. */
const LOWEST_OF_P = 0xed

/** y of the points whose order divides 8 (canonical ones): 0, 1, -1, and two of order 8 whatever the sign of x. */
const SMALL_ORDER_Y: readonly Uint8Array[] = (
  [
    '0x0000000000000000000000000000000000000000000000000000000000000000',
    '0x0100000000000000000000000000000000000000000000000000000000000000',
    '0xecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0x26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    '0xc7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  ] as const
).map(fromHex)

/**
 * Whether the first 32 bytes are a canonical encoding, and not of a point of small order, given that they decode at all.
 *
 * @example
 * isStrictPoint(publicKey) && isStrictPoint(signature) // A and R
 */
export function isStrictPoint(encoded: Uint8Array): boolean {
  return isCanonical(encoded) && !SMALL_ORDER_Y.some((y) => hasY(encoded, y))
}

function isCanonical(encoded: Uint8Array): boolean {
  if (((encoded[31] as number) & 0x7f) !== 0x7f) return true
  for (let i = 30; i > 0; i--) if (encoded[i] !== 0xff) return true
  return (encoded[0] as number) < LOWEST_OF_P
}

function hasY(encoded: Uint8Array, y: Uint8Array): boolean {
  if (((encoded[31] as number) & 0x7f) !== y[31]) return false
  for (let i = 0; i < 31; i++) if (encoded[i] !== y[i]) return false
  return true
}

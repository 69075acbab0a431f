/** Secret scalars from injected randomness. */
import { getMinHashLength, mapHashToField } from '@noble/curves/abstract/modular.js'
import { bytesToNumberLE } from '@noble/curves/utils.js'
import type { RandomBytes } from '@pha/core/crypto'
import { Scalar } from './group.ts'

const RANDOM_BYTES = getMinHashLength(Scalar.ORDER)

/**
 * A scalar from 1 to the order less 1, of 48 random bytes, so that its bias is below 2^-128 (RFC 9380 section 5.1).
 * The result is a BigInt, which nobody can erase: it is kept as short as possible and becomes a `Secret`.
 */
export function randomScalar(random: RandomBytes): bigint {
  const bytes = Uint8Array.from(random(RANDOM_BYTES))
  const reduced = mapHashToField(bytes, Scalar.ORDER, true)
  const scalar = bytesToNumberLE(reduced)
  bytes.fill(0)
  reduced.fill(0)
  return scalar
}

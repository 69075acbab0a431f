/**
 * Combining partials: Lagrange interpolation at 0 in the exponent, then RFC 9497's Finalize (section 3.3.2). Any t
 * partials of one polynomial give x·HashToGroup(input), and so the same output as the whole key would.
 */
import { ristretto255, ristretto255_oprf } from '@noble/curves/ed25519.js'
import { Secret } from '@pha/core/crypto'
import type { Element } from './group.ts'
import { decodeElement, MAX_INPUT_LENGTH, NO_BLIND, Scalar } from './group.ts'

/** More gatekeepers than any network has; bounds the quadratic work on indexes. */
export const MAX_GATEKEEPERS = 255

export type IndexedPartial = {
  /** Where the share's polynomial was evaluated: 1 to `MAX_GATEKEEPERS`. */
  readonly index: number
  readonly evaluated: Uint8Array
}

export type CombineFailure =
  | 'threshold.too-few-partials'
  | 'threshold.bad-index'
  | 'threshold.duplicate-index'
  | 'threshold.bad-element'
  | 'threshold.input-too-long'

export type Combined =
  | { readonly ok: true; readonly output: Secret }
  | { readonly ok: false; readonly reason: CombineFailure }

/**
 * The 64-byte PRF output for `input` from the first `threshold` partials.
 *
 * Each partial must have passed `verifyPartial` against the public share of its index: this function can not tell a
 * wrong element from a right one, and one wrong element gives a wrong key.
 *
 * @example
 * const combined = combinePartials(input, [{ index: 1, evaluated }], 1)
 */
export function combinePartials(input: Uint8Array, partials: readonly IndexedPartial[], threshold: number): Combined {
  if (input.length > MAX_INPUT_LENGTH) return { ok: false, reason: 'threshold.input-too-long' }
  if (threshold < 1 || partials.length < threshold) return { ok: false, reason: 'threshold.too-few-partials' }
  const used = partials.slice(0, threshold)
  const indexes = used.map(({ index }) => index)
  if (!indexes.every(isIndex)) return { ok: false, reason: 'threshold.bad-index' }
  if (new Set(indexes).size !== indexes.length) return { ok: false, reason: 'threshold.duplicate-index' }

  let sum: Element = ristretto255.Point.ZERO
  for (const { index, evaluated } of used) {
    const element = decodeElement(evaluated)
    if (element === undefined) return { ok: false, reason: 'threshold.bad-element' }
    sum = sum.add(element.multiply(lagrangeAtZero(index, indexes)))
  }
  if (sum.is0()) return { ok: false, reason: 'threshold.bad-element' }
  return { ok: true, output: finalize(input, sum) }
}

function isIndex(index: number): boolean {
  // 0 is where the secret itself lies.
  return Number.isInteger(index) && index >= 1 && index <= MAX_GATEKEEPERS
}

/** Π_{j ≠ i} j / (j − i) modulo the group order; never 0, since indexes are distinct and far below the order. */
function lagrangeAtZero(index: number, indexes: readonly number[]): bigint {
  let numerator = 1n
  let denominator = 1n
  for (const other of indexes) {
    if (other === index) continue
    numerator = Scalar.mul(numerator, BigInt(other))
    denominator = Scalar.mul(denominator, Scalar.create(BigInt(other - index)))
  }
  return Scalar.div(numerator, denominator)
}

function finalize(input: Uint8Array, element: Element): Secret {
  const bytes = ristretto255_oprf.oprf.finalize(input, NO_BLIND, element.toBytes())
  const output = Secret.from(bytes)
  bytes.fill(0)
  return output
}

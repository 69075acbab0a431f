/** Indexes of holders, where polynomials are evaluated, and Lagrange's coefficients that lead back to 0. */
import { Scalar } from './group.ts'
import { MAX_INDEX } from './limits.ts'

/** Why a set of indexes cannot be interpolated from. */
export type IndexFailure = 'threshold.bad-index' | 'threshold.duplicate-index'

/** 1 to `MAX_INDEX`: 0 is where the secret itself lies. */
export function isIndex(index: number): boolean {
  return Number.isInteger(index) && index >= 1 && index <= MAX_INDEX
}

/** `undefined` if the indexes are distinct and each is one. */
export function indexFailure(indexes: readonly number[]): IndexFailure | undefined {
  if (!indexes.every(isIndex)) return 'threshold.bad-index'
  return new Set(indexes).size === indexes.length ? undefined : 'threshold.duplicate-index'
}

/** Π_{j ≠ i} j / (j − i) modulo the group order (RFC 9591 section 4.2); never 0, since indexes are distinct and far below it. */
export function lagrangeAtZero(index: number, indexes: readonly number[]): bigint {
  let numerator = 1n
  let denominator = 1n
  for (const other of indexes) {
    if (other === index) continue
    numerator = Scalar.mul(numerator, BigInt(other))
    denominator = Scalar.mul(denominator, Scalar.create(BigInt(other - index)))
  }
  return Scalar.div(numerator, denominator)
}

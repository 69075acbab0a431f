/**
 * A receiver's share of the whole from the shares that the dealers dealt to it, each of which passed `checkShare`. The same
 * combinations as those of the commitments, so it fits the public share that anyone computes.
 */
import { ristretto255 } from '@noble/curves/ed25519.js'
import type { Secret } from '@pha/core/crypto'
import { Scalar } from './group.ts'
import { indexFailure, lagrangeAtZero } from './indexes.ts'
import { toSecret } from './scalar-secret.ts'

export type DealtShare = {
  /** Index of the dealer in the sharing of before. */
  readonly index: number
  readonly share: Secret
}

/** Share of a new root: Σ_i f_i(j), over all qualified dealers. The parts stay with the caller, who wipes them. */
export function sumShares(shares: readonly Secret[]): Secret {
  if (shares.length === 0) throw new RangeError('no shares')
  return toSecret(shares.reduce((sum, share) => Scalar.add(sum, Scalar.fromBytes(share.expose())), 0n))
}

/**
 * Share of a reshared root: Σ_i λ_i·f_i(j), over the same dealers as in `interpolateCommitments`. From t shares of one
 * polynomial it gives the secret itself, which is how people recover a root whose gatekeepers are lost.
 *
 * @throws RangeError for indexes outside 1 to 255, one given twice, or no shares
 */
export function interpolateShares(shares: readonly DealtShare[]): Secret {
  const indexes = shares.map(({ index }) => index)
  if (shares.length === 0 || indexFailure(indexes) !== undefined) throw new RangeError('indexes cannot be interpolated')
  let sum = 0n
  for (const { index, share } of shares) {
    sum = Scalar.add(sum, Scalar.mul(lagrangeAtZero(index, indexes), Scalar.fromBytes(share.expose())))
  }
  return toSecret(sum)
}

/** The public share x_i·G of a share, 32 bytes: what it must be in the group that the chain shows. */
export function publicShareOf(share: Secret): Uint8Array {
  return ristretto255.Point.BASE.multiply(Scalar.fromBytes(share.expose())).toBytes()
}

/**
 * The public side of a dealing (Komlo, Goldberg 2020, figure 1, round 1, step 5): what anyone, and so the chain, can check
 * of it. Whether each sealed share fits, only its receiver sees: `checkShare`.
 */
import { equalBytes } from '@pha/core/codec'
import { type Commitments, decodeCommitments } from './commitments.ts'
import { isIndex } from './indexes.ts'
import { knowsConstant } from './proof-of-knowledge.ts'

export type PublicDealing = {
  readonly commitments: Commitments
  /** Proof of knowledge of the constant, 64 bytes. */
  readonly proof: Uint8Array
  readonly threshold: number
  readonly dealer: number
  /** Names the ceremony. */
  readonly context: Uint8Array
  /** What is shared, if that is known: in a resharing the dealer's public share in office. */
  readonly expectedConstant?: Uint8Array
}

export type DealingFailure =
  | 'threshold.bad-index'
  | 'threshold.wrong-degree'
  | 'threshold.wrong-constant'
  | 'threshold.bad-element'
  | 'threshold.bad-proof'

export type DealingVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: DealingFailure }

/**
 * Whether a dealing is well made. Every byte of it may come from an attacker; nothing is thrown. Costs one decoding per
 * commitment and two multiplications.
 *
 * @example
 * const dealing = checkDealing({ commitments, proof, threshold: 3, dealer: 1, context })
 */
export function checkDealing(dealing: PublicDealing): DealingVerdict {
  const { commitments, proof, threshold, dealer, context, expectedConstant } = dealing
  if (!isIndex(dealer)) return { ok: false, reason: 'threshold.bad-index' }
  const [constant] = commitments
  if (constant === undefined || commitments.length !== threshold) {
    // More would give a polynomial that `threshold` holders cannot interpolate.
    return { ok: false, reason: 'threshold.wrong-degree' }
  }
  if (expectedConstant !== undefined && !equalBytes(constant, expectedConstant)) {
    return { ok: false, reason: 'threshold.wrong-constant' }
  }
  const [element] = decodeCommitments(commitments) ?? []
  if (element === undefined) return { ok: false, reason: 'threshold.bad-element' }
  if (!knowsConstant({ dealer, context, constant }, element, proof)) return { ok: false, reason: 'threshold.bad-proof' }
  return { ok: true }
}

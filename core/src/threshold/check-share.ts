/**
 * Checks a dealt share against the dealer's commitments (Feldman 1987; RFC 9591 appendix C.2, vss_verify):
 * `share·G = Σ_k index^k·C_k`. A receiver checks what it opened, the chain what an accused dealer revealed: by one rule, so
 * that no dealer can be guilty to one and innocent to the other.
 */
import { ristretto255 } from '@noble/curves/ed25519.js'
import type { Secret } from '@pha/core/crypto'
import { type Commitments, decodeCommitments, evaluateAt } from './commitments.ts'
import { decodeScalar, type Element } from './group.ts'
import { isIndex } from './indexes.ts'

const { Point } = ristretto255

export type ShareFailure =
  | 'threshold.bad-index'
  | 'threshold.bad-element'
  | 'threshold.bad-scalar'
  | 'threshold.wrong-share'

export type ShareVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: ShareFailure }

/** A share that the receiver `index` alone knows. */
export function checkShare(commitments: Commitments, index: number, share: Secret): ShareVerdict {
  return check(commitments, index, share.expose(), (scalar) => Point.BASE.multiply(scalar))
}

/** A share that was revealed in public: the same verdict, in time that depends on it. */
export function checkRevealedShare(commitments: Commitments, index: number, share: Uint8Array): ShareVerdict {
  return check(commitments, index, share, (scalar) => Point.BASE.multiplyUnsafe(scalar))
}

function check(
  commitments: Commitments,
  index: number,
  share: Uint8Array,
  timesBase: (scalar: bigint) => Element,
): ShareVerdict {
  if (!isIndex(index)) return { ok: false, reason: 'threshold.bad-index' }
  const scalar = decodeScalar(share)
  if (scalar === undefined) return { ok: false, reason: 'threshold.bad-scalar' }
  const elements = decodeCommitments(commitments)
  if (elements === undefined) return { ok: false, reason: 'threshold.bad-element' }
  // 0 is a point of some polynomials too; the library does not multiply by it.
  const actual = scalar === 0n ? Point.ZERO : timesBase(scalar)
  return actual.equals(evaluateAt(elements, index)) ? { ok: true } : { ok: false, reason: 'threshold.wrong-share' }
}

/**
 * Commitments to a polynomial, C_k = a_k·G (Feldman 1987), and what can be computed from them in public: the public share of
 * every holder, and the commitments of a whole group from those of its dealers.
 */
import { mulAddUnsafe } from '@noble/curves/abstract/curve.js'
import { ristretto255 } from '@noble/curves/ed25519.js'
import { decodeElement, type Element } from './group.ts'
import { type IndexFailure, indexFailure, isIndex, lagrangeAtZero } from './indexes.ts'
import { MAX_INDEX } from './limits.ts'

/** Elements of 32 bytes from the constant up, as many as the threshold; `commitments[0]` is the public key. */
export type Commitments = readonly Uint8Array[]

export type CommitmentsFailure =
  | IndexFailure
  | 'threshold.no-dealings'
  | 'threshold.too-many-dealings'
  | 'threshold.wrong-degree'
  | 'threshold.bad-element'

export type CombinedCommitments =
  | { readonly ok: true; readonly commitments: Commitments }
  | { readonly ok: false; readonly reason: CommitmentsFailure }

export type PublicShares =
  | { readonly ok: true; readonly publicShares: readonly Uint8Array[] }
  | { readonly ok: false; readonly reason: 'threshold.bad-index' | 'threshold.bad-element' }

/**
 * The public shares x_j·G = Σ_k j^k·C_k of holders (RFC 9591 appendix C.2), in the order of `indexes`. By Horner's rule, so
 * every multiplication is by an index: one costs a twentieth of a whole one.
 *
 * @example
 * const shares = publicSharesOf(commitments, [1, 2, 3])
 */
export function publicSharesOf(commitments: Commitments, indexes: readonly number[]): PublicShares {
  if (!indexes.every(isIndex)) return { ok: false, reason: 'threshold.bad-index' }
  const elements = decodeCommitments(commitments)
  if (elements === undefined) return { ok: false, reason: 'threshold.bad-element' }
  const publicShares: Uint8Array[] = []
  for (const index of indexes) {
    const share = evaluateAt(elements, index)
    // A holder whose share is 0 could prove nothing.
    if (share.is0()) return { ok: false, reason: 'threshold.bad-element' }
    publicShares.push(share.toBytes())
  }
  return { ok: true, publicShares }
}

/**
 * The commitments of a new root: the sum of its dealers' (Komlo, Goldberg 2020, figure 1, round 2, step 4). Each must have
 * passed `checkDealing`.
 */
export function sumCommitments(dealings: readonly Commitments[]): CombinedCommitments {
  return combine(dealings, (elements) => elements.reduce((sum, element) => sum.add(element)))
}

/**
 * The commitments of a reshared root: Σ_i λ_i·C_ik, with Lagrange's coefficients at 0 over the dealers' old indexes (Desmedt,
 * Jajodia 1997; Wong, Wang, Wing 2002). The constant is the public key of before if each dealer dealt its own share; at
 * least as many dealers as the old threshold are needed.
 */
export function interpolateCommitments(
  dealings: readonly { readonly index: number; readonly commitments: Commitments }[],
): CombinedCommitments {
  const indexes = dealings.map(({ index }) => index)
  const reason = indexFailure(indexes)
  if (reason !== undefined) return { ok: false, reason }
  const weights = indexes.map((index) => lagrangeAtZero(index, indexes))
  return combine(
    dealings.map(({ commitments }) => commitments),
    (elements) => mulAddUnsafe(ristretto255.Point, [...elements], weights),
  )
}

/** All elements, or `undefined` if there are none or too many, or one is malformed or the identity (RFC 9591 section 3.1). */
export function decodeCommitments(commitments: Commitments): readonly Element[] | undefined {
  if (commitments.length < 1 || commitments.length > MAX_INDEX) return undefined
  const elements: Element[] = []
  for (const commitment of commitments) {
    const element = decodeElement(commitment)
    if (element === undefined) return undefined
    elements.push(element)
  }
  return elements
}

/** f(index)·G. */
export function evaluateAt(elements: readonly Element[], index: number): Element {
  const at = BigInt(index)
  return elements.reduceRight((sum, element) => sum.multiplyUnsafe(at).add(element), ristretto255.Point.ZERO)
}

/** Combines commitments of equal degree coefficient by coefficient. */
function combine(
  dealings: readonly Commitments[],
  combineElements: (elements: readonly Element[]) => Element,
): CombinedCommitments {
  const [first] = dealings
  if (first === undefined) return { ok: false, reason: 'threshold.no-dealings' }
  if (dealings.length > MAX_INDEX) return { ok: false, reason: 'threshold.too-many-dealings' }
  if (dealings.some(({ length }) => length !== first.length)) return { ok: false, reason: 'threshold.wrong-degree' }
  const decoded: (readonly Element[])[] = []
  for (const commitments of dealings) {
    const elements = decodeCommitments(commitments)
    if (elements === undefined) return { ok: false, reason: 'threshold.bad-element' }
    decoded.push(elements)
  }
  const combined = first.map((_, k) => combineElements(decoded.map((elements) => elements[k] as Element)))
  if (combined.some((element) => element.is0())) return { ok: false, reason: 'threshold.bad-element' }
  return { ok: true, commitments: combined.map((element) => element.toBytes()) }
}

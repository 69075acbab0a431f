/**
 * Verifiable threshold PRF on ristretto255: k = H2(x·HashToGroup(input)), where each gatekeeper holds a share of x and
 * proves its part, and nobody ever holds x. VOPRF of RFC 9497 without blinding, combined by interpolation; the shares come
 * from FROST's key generation (Komlo, Goldberg 2020) and from resharing (Desmedt, Jajodia 1997), and every check of either
 * that needs no secret is here for the chain to make.
 */
export { checkDealing, type DealingFailure, type DealingVerdict, type PublicDealing } from './check-dealing.ts'
export { checkRevealedShare, checkShare, type ShareFailure, type ShareVerdict } from './check-share.ts'
export {
  type Combined,
  type CombinedInPublic,
  type CombineFailure,
  combineInPublic,
  combinePartials,
  type IndexedPartial,
} from './combine.ts'
export {
  type CombinedCommitments,
  type Commitments,
  type CommitmentsFailure,
  interpolateCommitments,
  type PublicShares,
  publicSharesOf,
  sumCommitments,
} from './commitments.ts'
export { type DealParams, deal, type OwnDealing, shareFor } from './deal.ts'
export { MAX_INDEX } from './limits.ts'
export { evaluatePartial, type PartialEvaluation, proofFails, verifyPartial } from './partial.ts'
export { type DealtShare, interpolateShares, publicShareOf, sumShares } from './shares.ts'

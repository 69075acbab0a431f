/**
 * Verifiable threshold PRF on ristretto255: k = H2(x·HashToGroup(input)), where each gatekeeper holds a share of x and
 * proves its part, and nobody ever holds x. VOPRF of RFC 9497 without blinding, combined by interpolation.
 */
export { type Combined, type CombineFailure, combinePartials, type IndexedPartial, MAX_GATEKEEPERS } from './combine.ts'
export { evaluatePartial, type PartialEvaluation, verifyPartial } from './partial.ts'
export { type RootShare, rootFromSeed } from './root-key.ts'

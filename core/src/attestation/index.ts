/** Evidence of enclaves becomes facts here. One file per TEE; no file decides whether the facts are good enough. */

export { anchorKeyFromJwk } from './anchor-key.ts'
export { verifyCca } from './cca/verify-cca.ts'
export {
  type CheckedDcapCollateral,
  checkDcapCollateral,
  recheckDcapCollateral,
} from './dcap/check-collateral.ts'
export { type QuotedPlatform, quotedPlatform } from './dcap/quoted-platform.ts'
export { verifyDcap } from './dcap/verify-dcap.ts'
export { type DcapEvidence, type DcapFacts, verifyDcapQuote } from './dcap/verify-quote.ts'
export type { CcaFacts, Facts, NitroFacts, PsaFacts, SimulatedFacts } from './facts.ts'
export { verifyNitro } from './nitro/verify-nitro.ts'
export { policyBounds } from './policy/bounds.ts'
export { checkPolicy, type PolicyFault } from './policy/check-policy.ts'
export { BEST_LEVEL, isConfident, WORST_LEVEL } from './policy/confidence.ts'
export { diffPolicies, PolicyChange, PolicyDiff } from './policy/diff-policies.ts'
export { judgeFacts } from './policy/judge-facts.ts'
export type { JudgeContext, Judgement } from './policy/judgement.ts'
export { strictPolicy } from './policy/presets.ts'
export { explainRefusal, POLICY_REFUSALS, type PolicyRefusal } from './policy/refusals.ts'
export { AttestationPolicy } from './policy/schema.ts'
export { verifyPsa } from './psa/verify-psa.ts'
export { simulatedPlatformBytes, simulatedQuoteBytes, verifySimulated } from './simulated.ts'
export { developmentSimulatedRoot } from './simulated-root.ts'
export type { EvidenceFailure, Verdict } from './verdict.ts'

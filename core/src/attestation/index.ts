/**
 * Evidence of enclaves becomes facts here (`verify`), and facts a judgement by policy (`judgeFacts`). No verifier decides
 * whether facts are good enough; no policy looks at bytes.
 *
 * @example
 * const verdict = verify({ type: 'SevSnp', report, vek }, { type: 'Snp', snp }, {
 *   now: Math.floor(Date.now() / 1000),
 *   roots: productionRoots,
 *   signatures: pureSignatures,
 * })
 * console.log(verdict.ok ? verdict.facts.measurement : verdict.reason)
 */

export { anchorKeyFromJwk } from './anchor-key.ts'
export { verifyCca } from './cca/verify-cca.ts'
export type { VerifyContext } from './context.ts'
export {
  type CheckedDcapCollateral,
  checkDcapCollateral,
  recheckDcapCollateral,
} from './dcap/check-collateral.ts'
export { type QuotedPlatform, quotedPlatform } from './dcap/quoted-platform.ts'
export { verifyDcap } from './dcap/verify-dcap.ts'
export { type DcapEvidence, type DcapFacts, verifyDcapQuote } from './dcap/verify-quote.ts'
export type {
  AnchorKey,
  AttestationCollateral,
  AttestationEvidence,
  DcapCollateral,
  SnpCollateral,
} from './evidence.ts'
export type {
  CcaFacts,
  Facts,
  IasFacts,
  NitroFacts,
  NvidiaGpuFacts,
  PsaFacts,
  SgxFacts,
  SimulatedFacts,
  SnpFacts,
  TdxFacts,
} from './facts.ts'
export { verifyIas } from './ias/verify-ias.ts'
export { buildOf } from './identify.ts'
export { verifyNitro } from './nitro/verify-nitro.ts'
export { verifyNvidiaGpu } from './nvidia/verify-nvidia-gpu.ts'
export { policyBounds } from './policy/bounds.ts'
export { checkPolicy, type PolicyFault } from './policy/check-policy.ts'
export { BEST_LEVEL, isConfident, WORST_LEVEL } from './policy/confidence.ts'
export { diffPolicies, PolicyChange, PolicyDiff } from './policy/diff-policies.ts'
export { judgeFacts } from './policy/judge-facts.ts'
export type { JudgedFacts, PlatformJudged } from './policy/judged-facts.ts'
export type { JudgeContext, Judgement } from './policy/judgement.ts'
export { strictPolicy } from './policy/presets.ts'
export { explainRefusal, POLICY_REFUSALS, type PolicyRefusal } from './policy/refusals.ts'
export { AttestationPolicy, SnpProductName } from './policy/schema.ts'
export { productionRoots } from './production-roots.ts'
export { verifyPsa } from './psa/verify-psa.ts'
export { pureSignatures } from './pure-signatures.ts'
export { type Claims, readClaims } from './read-claims.ts'
export { verdictOf } from './refusal.ts'
export type { Pins, TrustedRoots } from './roots.ts'
export type { RsaKey, SignatureVerifier } from './signatures.ts'
export { simulatedPlatformBytes, simulatedQuoteBytes, verifySimulated } from './simulated.ts'
export { developmentSimulatedRoot } from './simulated-root.ts'
export { type CheckedSnpCollateral, checkSnpCollateral, recheckSnpCollateral } from './snp/check-collateral.ts'
export { type HclReport, readHclReport } from './snp/hcl-report.ts'
export { verifySnpReport } from './snp/verify-report.ts'
export { dcapFactsOf, dcapFamilyOf, dcapStandingOf } from './standing/dcap-standing.ts'
export { SnpSigningKey, Standing } from './standing/schema.ts'
export { snpFactsOf, snpFamilyOf, snpStandingOf } from './standing/snp-standing.ts'
export { ccaInstanceOf } from './standing/token-standing.ts'
export type { EvidenceFailure, Verdict } from './verdict.ts'
export { type VerifyOptions, verify } from './verify.ts'
export { spkiHash } from './x509/chain.ts'
export { type CheckedRootList, checkRootList, type RootList } from './x509/check-root-list.ts'

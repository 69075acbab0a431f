/** What chains store and say of attestation (policies, standings, refusals), without anything that reads evidence. */
export { WORST_LEVEL } from './policy/confidence.ts'
export { PolicyDiff } from './policy/diff-policies.ts'
export { strictPolicy } from './policy/presets.ts'
export { explainRefusal, POLICY_REFUSALS } from './policy/refusals.ts'
export { AttestationPolicy, SnpProductName } from './policy/schema.ts'
export { developmentSimulatedRoot } from './simulated-root.ts'
export { SnpSigningKey, Standing } from './standing/schema.ts'

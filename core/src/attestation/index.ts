/** Evidence of enclaves becomes facts here. One file per TEE; no file decides whether the facts are good enough. */
export { simulatedPlatformBytes, simulatedQuoteBytes, verifySimulated } from './simulated.ts'
export { developmentSimulatedRoot } from './simulated-root.ts'
export type { EvidenceFailure, Facts, Verdict } from './verdict.ts'

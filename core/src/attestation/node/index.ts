/** What verifiers use when they run in Node. The only place of core that may import Node's modules. */
export { type AttestationCase, type CaseExpectation, readCase } from './case-folder.ts'
export { describeFacts, type FactsJson } from './describe-facts.ts'
export { disagreements } from './expectation.ts'
export { nodeSignatures } from './node-signatures.ts'
export { type CaseOutcome, type VerifyCaseOptions, verifyCase } from './verify-case.ts'

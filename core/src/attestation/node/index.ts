/** What verifiers use when they run in Node. The only place of core that may import Node's modules. */
export { type AttestationCase, type CaseExpectation, readCase } from './case-folder.ts'
export { nodeSignatures } from './node-signatures.ts'

/** Signature checks: quicker ones with the rule's verdict, and threads that make them. */
export type { SignatureCheck } from './signature-check.ts'
export { type SignatureThreads, signatureThreads, type Verdict } from './signature-threads.ts'
export { verifyQuickly } from './verify-quickly.ts'

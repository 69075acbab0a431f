/** Signature checks: quicker ones with the rule's verdict, each made once. */
export { HeldSignatures, signatureName, type Verify } from './held-signatures.ts'
export { packChecks, type SignatureCheck, unpackChecks, type Verdict } from './signature-check.ts'
export { verifyQuickly } from './verify-quickly.ts'

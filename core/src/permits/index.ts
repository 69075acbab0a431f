/** Permits: text that an account signs once, so that a key may read in its name; and narrower ones for further keys. */
export {
  type ChainRefusal,
  type ChainVerdict,
  delegationBytes,
  type PermitLink,
  permitId,
  signDelegation,
  verifyChain,
} from './chain.ts'
export { isWithin } from './narrow.ts'
export { refuseTerms, type TermsRefusal } from './terms.ts'
export { type PermitToSign, parsePermitText, permitText, wrapped } from './text.ts'

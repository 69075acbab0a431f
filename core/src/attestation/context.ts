/** What every verifier is given besides evidence and collateral: nothing else decides what it answers. */
import type { TrustedRoots } from './roots.ts'
import type { SignatureVerifier } from './signatures.ts'

export interface VerifyContext {
  /** Whole seconds since 1970. */
  readonly now: number
  readonly roots: TrustedRoots
  readonly signatures: SignatureVerifier
}

/** Tokens without certificates: whoever verifies brings the keys that the vendor vouches for. */
import type { AnchorKey } from '../evidence.ts'
import { demand } from '../refusal.ts'
import type { SignatureVerifier } from '../signatures.ts'
import { MAX_ANCHOR_KEYS } from './limits.ts'
import { isSignedWith, type Sign1 } from './sign1.ts'

/** Whether one of the keys signed. A key off its curve signs nothing. */
export function isSignedByAnchor(message: Sign1, keys: readonly AnchorKey[], signatures: SignatureVerifier): boolean {
  demand(keys.length > 0, 'unknown-key')
  demand(keys.length <= MAX_ANCHOR_KEYS, 'wrong-collateral')
  return keys.some((key) => isSignedWith(message, key, signatures))
}

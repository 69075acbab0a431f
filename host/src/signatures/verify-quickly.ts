/**
 * `verifySignature` of core, which is the rule, answered faster where that is provably the same answer.
 *
 * Ed25519: libsodium refuses `s >= L`, and accepts if `sB - kA - R = 0`, or (later versions) if eight times that is, with
 * `k = SHA-512(R, A, message)` over the same bytes. The rule asks for eight times it; what it asks beyond that is of the
 * points: canonical encodings, and no A of small order. A and R are looked at for both here, so what libsodium accepts then,
 * the rule accepts. What libsodium refuses the rule may accept (points with a torsion component, R of small order), so
 * then the rule itself answers. A forger thereby costs 1 ms instead of 0.1: `sourceLimits` bounds how often he may.
 * ADR 0011 has the argument in full. OpenSSL answers as surely, in twice the time.
 */
import { isStrictPoint, verifySignature } from '@pha/core/crypto'
import sodium from 'sodium-native'
import type { SignatureCheck } from './signature-check.ts'

/**
 * Whether the account signed the message: always what core's `verifySignature` says.
 * @example
 * verifyQuickly({ scheme: 'Ed25519', signature, message, account }) // 0.07 ms if it holds, 1 ms if not
 */
export function verifyQuickly({ scheme, signature, message, account }: SignatureCheck): boolean {
  if (account.length !== 32) return false
  if (scheme === 'Ed25519' && signature.length === 64 && isStrictPoint(account) && isStrictPoint(signature)) {
    if (sodium.crypto_sign_verify_detached(signature, message, account)) return true
  }
  return verifySignature({ type: scheme, value: signature }, message, account)
}

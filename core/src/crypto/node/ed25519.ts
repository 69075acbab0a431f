/**
 * The rule of `verifyEd25519`, answered by OpenSSL where that is provably the same answer: what it accepts of strict points
 * the rule accepts. Of what OpenSSL refuses the rule may accept some, so then the rule itself answers (docs/adr/0011): a
 * forgery costs what it costs in JavaScript.
 */
import { verifyEd25519 as rule } from '../pure/ed25519.ts'
import { isStrictPoint } from '../strict-point.ts'
import { primitives } from './primitives.ts'

export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  const isStrict = isStrictPoint(publicKey) && isStrictPoint(signature)
  if (isStrict && primitives.ed25519Verify(publicKey, message, signature)) return true
  return rule(publicKey, message, signature)
}

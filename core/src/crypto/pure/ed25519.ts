/** Ed25519 (RFC 8032) in JavaScript: the rule of `verifyEd25519`, and what it signs by. */
import { ed25519 } from '@noble/curves/ed25519.js'

/** Strict: canonical points and scalar, no public key of small order, cofactored equation. */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false })
  } catch {
    return false
  }
}

export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  return ed25519.getPublicKey(seed)
}

export function signEd25519(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return ed25519.sign(message, seed)
}

/** Ed25519 (RFC 8032): worker identities, finality signatures of the solo engine, accounts. */
import { ed25519 } from '@noble/curves/ed25519.js'

/**
 * Checks a signature; `false` for anything that is not one, never a throw.
 *
 * Strict: canonical points and scalar, no public key of small order, cofactored equation. Implementations differ on
 * crafted signatures (OpenSSL checks without the cofactor), so whatever reaches consensus is checked by this function.
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false })
  } catch {
    return false
  }
}

/** Public key of a 32-byte seed. */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  return ed25519.getPublicKey(seed)
}

/** Deterministic signature, 64 bytes. */
export function signEd25519(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return ed25519.sign(message, seed)
}

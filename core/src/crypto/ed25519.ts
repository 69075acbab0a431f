/** Ed25519 (RFC 8032): worker identities, finality signatures of the solo engine, accounts. */
import * as platform from '#ed25519'

/**
 * Checks a signature; `false` for anything that is not one, never a throw.
 *
 * Strict: canonical points and scalar, no public key of small order, cofactored equation. Implementations differ on
 * crafted signatures (OpenSSL checks without the cofactor); this says the same of all of them on every platform, so
 * whatever reaches consensus is checked by it (docs/adr/0011).
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return platform.verifyEd25519(publicKey, message, signature)
}

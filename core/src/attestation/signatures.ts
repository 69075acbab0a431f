/** The signatures that vendors use, as a set of functions that can be exchanged: all give the same answers. */

export type EcdsaCurve = 'P-256' | 'P-384'
export type SignatureHash = 'SHA-256' | 'SHA-384' | 'SHA-512'

/** RSA public key: big-endian bytes without leading zeros. */
export interface RsaKey {
  readonly modulus: Uint8Array
  readonly exponent: Uint8Array
}

/** Synchronous and total: false on anything that is not a valid signature, keys off the curve included. */
export interface SignatureVerifier {
  /**
   * ECDSA (FIPS 186-5, section 6.4.2).
   *
   * @param point public key, uncompressed: 0x04, x, y (SEC 1, section 2.3.3)
   * @param signature r || s, each of the curve's size (IEEE P1363)
   */
  ecdsa(curve: EcdsaCurve, hash: SignatureHash, point: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
  /** RSASSA-PKCS1-v1_5 (RFC 8017, section 8.2.2). */
  rsaPkcs1(hash: SignatureHash, key: RsaKey, message: Uint8Array, signature: Uint8Array): boolean
  /** RSASSA-PSS (RFC 8017, section 8.1.2); MGF1 with the same hash, salt as long as the hash. */
  rsaPss(hash: SignatureHash, key: RsaKey, message: Uint8Array, signature: Uint8Array): boolean
}

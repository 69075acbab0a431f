/**
 * The computations that sealed messages spend their time in. Two sets of them give the same bytes: `pure/`, which
 * runs everywhere, and `node/`, which is OpenSSL's. Node takes the second by the import condition of `#primitives` in
 * this package's `package.json`; browsers and everything else get the first (docs/adr/0024).
 */
import type { RandomBytes } from './random.ts'
import type { Secret } from './secret.ts'

export interface Encapsulated {
  /** 1120 bytes: ML-KEM's ciphertext, then the ephemeral X25519 key. */
  readonly encapsulation: Uint8Array
  /** 32 bytes; the caller erases them. */
  readonly sharedSecret: Uint8Array
}

export interface Primitives {
  /** AES-256-GCM (NIST SP 800-38D): ciphertext, then a 16-byte tag. Lengths were checked by the caller. */
  gcmSeal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array
  /** `undefined` unless `gcmSeal` made it. */
  gcmOpen(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined
  hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array
  /**
   * X-Wing's Encapsulate; with `random`, which is called once for 64 bytes, EncapsulateDerand.
   *
   * @throws CryptoError `crypto.bad-public-key`, `crypto.wrong-length` of the randomness
   */
  xWingEncapsulate(recipient: Uint8Array, random: RandomBytes | undefined): Encapsulated
  /**
   * X-Wing's Decapsulate. `undefined` for an ephemeral key of low order; any other forgery gives a secret that nobody
   * knows (FIPS 203's implicit rejection).
   */
  xWingDecapsulate(seed: Secret, encapsulation: Uint8Array): Uint8Array | undefined
  /** RFC 8032, section 5.1.5: the same bytes from both sets. */
  ed25519PublicKey(seed: Secret): Uint8Array
  /** RFC 8032, section 5.1.6: the same bytes from both sets. */
  ed25519Sign(seed: Secret, message: Uint8Array): Uint8Array
  /**
   * Takes what the holder of a key signed. On crafted signatures of crafted keys the sets differ (ADR 0018), so this
   * decides nothing that nodes have to agree on: `verifyEd25519` does that.
   */
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
}

/** Lengths of X-Wing's parts (draft-connolly-cfrg-xwing-kem, section 5). */
export const ML_KEM_PUBLIC_KEY_LENGTH = 1184
export const ML_KEM_CIPHERTEXT_LENGTH = 1088
/** 32 bytes for ML-KEM, 32 for the ephemeral X25519 key (section 5.4.1). */
export const ENCAPSULATION_RANDOMNESS = 64

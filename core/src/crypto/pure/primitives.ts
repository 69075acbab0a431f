/** In JavaScript: noble's ciphers, hashes, curves and X-Wing. */
import { gcm } from '@noble/ciphers/aes.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { ml_kem768_x25519 } from '@noble/post-quantum/hybrid.js'
import { assertLength, CryptoError } from '../crypto-error.ts'
import { ENCAPSULATION_RANDOMNESS, type Primitives } from '../primitives.ts'
import { ed25519PublicKey, signEd25519, verifyEd25519 } from './ed25519.ts'

export const primitives: Primitives = {
  gcmSeal: (key, nonce, aad, plaintext) => gcm(key, nonce, aad).encrypt(plaintext),

  gcmOpen(key, nonce, aad, sealed) {
    try {
      return gcm(key, nonce, aad).decrypt(sealed)
    } catch {
      return undefined
    }
  },

  hmacSha256: (key, message) => hmac(sha256, key, message),

  xWingEncapsulate(recipient, random = systemRandom) {
    const randomness = random(ENCAPSULATION_RANDOMNESS)
    assertLength('encapsulation randomness', randomness, ENCAPSULATION_RANDOMNESS)
    const own = Uint8Array.from(randomness)
    try {
      const { cipherText, sharedSecret } = ml_kem768_x25519.encapsulate(recipient, own)
      return { encapsulation: cipherText, sharedSecret }
    } catch {
      // The library's own error is dropped: it may hold what it was computing with.
      throw new CryptoError('crypto.bad-public-key', 'no key can be encapsulated to this X-Wing public key')
    } finally {
      own.fill(0)
    }
  },

  xWingDecapsulate(seed, encapsulation) {
    try {
      return ml_kem768_x25519.decapsulate(encapsulation, seed.expose())
    } catch {
      return undefined
    }
  },

  ed25519PublicKey: (seed) => ed25519PublicKey(seed.expose()),
  ed25519Sign: (seed, message) => signEd25519(seed.expose(), message),
  ed25519Verify: verifyEd25519,
}

function systemRandom(length: number): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(length))
}

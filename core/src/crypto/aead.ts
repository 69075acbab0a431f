/**
 * Authenticated encryption, synchronous. AES-256-GCM where the caller can promise a fresh nonce; AES-SIV (RFC 5297)
 * where replicas must get equal ciphertext from equal plaintext and no nonce can be promised.
 */

import { aessiv } from '@noble/ciphers/aes.js'
import { primitives } from '#primitives'
import { assertLength } from './crypto-error.ts'
import type { Secret } from './secret.ts'

const GCM_KEY_LENGTH = 32
const GCM_NONCE_LENGTH = 12
// Two AES-256 keys: one for the synthetic IV, one for the counter mode.
const SIV_KEY_LENGTH = 64

/** AES-256-GCM (NIST SP 800-38D): ciphertext, then a 16-byte tag. A nonce used twice under one key breaks both messages. */
export function sealWithNonce(key: Secret, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
  assertLength('AES-256-GCM key', key, GCM_KEY_LENGTH)
  assertLength('AES-256-GCM nonce', nonce, GCM_NONCE_LENGTH)
  return primitives.gcmSeal(key.expose(), nonce, aad, plaintext)
}

/** Opens what `sealWithNonce` made; `undefined` for everything else, without saying what was wrong. */
export function openWithNonce(
  key: Secret,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  assertLength('AES-256-GCM key', key, GCM_KEY_LENGTH)
  if (nonce.length !== GCM_NONCE_LENGTH) return undefined
  return primitives.gcmOpen(key.expose(), nonce, aad, sealed)
}

/**
 * AES-256-SIV: a 16-byte synthetic IV, then the ciphertext. Equal inputs give equal bytes on every replica; inputs that
 * differ anywhere never share a keystream. What it shows: whether two plaintexts under the same key and aad are equal.
 *
 * @param key 64 bytes
 * @param aad up to 126 strings, authenticated as a vector: ['ab', 'c'] is not ['a', 'bc'] (RFC 5297 section 2.4)
 *
 * @example
 * const delta = sealDeterministic(stateKey, [contractId, commitNumber], plaintext)
 */
export function sealDeterministic(key: Secret, aad: readonly Uint8Array[], plaintext: Uint8Array): Uint8Array {
  assertLength('AES-SIV key', key, SIV_KEY_LENGTH)
  return aessiv(key.expose(), ...aad).encrypt(plaintext)
}

/** Opens what `sealDeterministic` made; `undefined` for everything else. */
export function openDeterministic(key: Secret, aad: readonly Uint8Array[], sealed: Uint8Array): Uint8Array | undefined {
  assertLength('AES-SIV key', key, SIV_KEY_LENGTH)
  const cipher = aessiv(key.expose(), ...aad)
  try {
    return cipher.decrypt(sealed)
  } catch {
    return undefined
  }
}

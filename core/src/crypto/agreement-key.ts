/**
 * Agreement keys: X-Wing (draft-connolly-cfrg-xwing-kem), X25519 with ML-KEM-768. Safe while either of the two holds, so
 * a ciphertext stored today stays closed to a quantum computer of tomorrow.
 */
import { ml_kem768_x25519 } from '@noble/post-quantum/hybrid.js'
import { assertLength } from './crypto-error.ts'
import type { Secret } from './secret.ts'

export const AGREEMENT_SEED_LENGTH = 32
export const AGREEMENT_PUBLIC_KEY_LENGTH = 1216
export const ENCAPSULATION_LENGTH = 1120

/** The seed is X-Wing's whole decapsulation key. */
export type AgreementKey = {
  readonly seed: Secret
  readonly publicKey: Uint8Array
}

/**
 * X-Wing key pair of a 32-byte seed; the same seed gives the same key.
 *
 * @throws CryptoError `crypto.wrong-length`
 *
 * @example
 * const command = generateAgreementKey(deriveSecret(contractKey, contexts.commandKey, info, 32))
 * const sealed = await seal({ recipient: command.publicKey, context, aad, plaintext, random })
 */
export function generateAgreementKey(seed: Secret): AgreementKey {
  assertLength('X-Wing seed', seed, AGREEMENT_SEED_LENGTH)
  return { seed, publicKey: ml_kem768_x25519.keygen(seed.expose()).publicKey }
}

/** Key derivation: HKDF-SHA256 (RFC 5869) behind the context strings of the protocol. */

import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, lengthPrefixed, utf8Encode } from '@pha/core/codec'
import { Secret } from './secret.ts'

/**
 * Derives a secret of `length` bytes (at most 8160) from `key`: HKDF with no salt and `lp(context) || info`, so that no
 * two pairs of context and info give the same input.
 *
 * @param context one line of the protocol's registry of contexts; says what the result is for
 * @param info says which one: genesis, contract, epoch. Public.
 *
 * @example
 * const stateKey = deriveSecret(contractKey, contexts.contractState, contractId, 64)
 */
export function deriveSecret(key: Secret, context: string, info: Uint8Array, length: number): Secret {
  const bytes = hkdf(sha256, key.expose(), undefined, concatBytes(lengthPrefixed(utf8Encode(context)), info), length)
  const derived = Secret.from(bytes)
  bytes.fill(0)
  return derived
}

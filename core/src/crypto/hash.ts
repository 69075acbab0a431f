/**
 * Hash functions, synchronous. The WebAssembly instances are made once, while this module loads.
 *
 * A hash-wasm instance holds the state of one computation, so each function here runs from `init` to
 * `digest` without a break; nothing may await in between.
 */
import { createBLAKE2b, createSHA256, createSHA512 } from 'hash-wasm'
import xxhash from 'xxhash-wasm'

const [blake2b64Instance, blake2b128Instance, blake2b256Instance, sha256Instance, sha512Instance, { h64Raw }] =
  await Promise.all([
    createBLAKE2b(64),
    createBLAKE2b(128),
    createBLAKE2b(256),
    createSHA256(),
    createSHA512(),
    xxhash(),
  ])

type Hasher = typeof blake2b256Instance

function digest(hasher: Hasher, parts: readonly Uint8Array[]): Uint8Array {
  hasher.init()
  for (const part of parts) hasher.update(part)
  return hasher.digest('binary')
}

/** BLAKE2b with an 8-byte digest of the concatenated `parts` (RFC 7693); names runtime APIs. */
export function blake2b64(...parts: Uint8Array[]): Uint8Array {
  return digest(blake2b64Instance, parts)
}

/** BLAKE2b with a 16-byte digest of the concatenated `parts` (RFC 7693); hashes storage keys. */
export function blake2b128(...parts: Uint8Array[]): Uint8Array {
  return digest(blake2b128Instance, parts)
}

/**
 * BLAKE2b with a 32-byte digest of the concatenated `parts` (RFC 7693); the `H` of the protocol.
 *
 * @example
 * const blockHash = blake2b256(encodedHeader)
 */
export function blake2b256(...parts: Uint8Array[]): Uint8Array {
  return digest(blake2b256Instance, parts)
}

/** SHA-256 (FIPS 180-4), 32 bytes. */
export function sha256(...parts: Uint8Array[]): Uint8Array {
  return digest(sha256Instance, parts)
}

/** SHA-512 (FIPS 180-4), 64 bytes. */
export function sha512(...parts: Uint8Array[]): Uint8Array {
  return digest(sha512Instance, parts)
}

/** XXH64 with seed 0, little-endian, 8 bytes: Substrate's `twox_64`. Not collision resistant. */
export function twox64(input: Uint8Array): Uint8Array {
  return twox(input, 1)
}

/** XXH64 with seeds 0 and 1, little-endian, 16 bytes: Substrate's `twox_128`. Not collision resistant. */
export function twox128(input: Uint8Array): Uint8Array {
  return twox(input, 2)
}

function twox(input: Uint8Array, words: number): Uint8Array {
  const out = new Uint8Array(8 * words)
  const view = new DataView(out.buffer)
  for (let seed = 0; seed < words; seed++) view.setBigUint64(8 * seed, h64Raw(input, BigInt(seed)), true)
  return out
}

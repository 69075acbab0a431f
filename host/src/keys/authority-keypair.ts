/**
 * The key that seals blocks, signing with OpenSSL: 30 us instead of 500, twice for each block. Ed25519 is deterministic
 * (RFC 8032), so the signatures are those of core's own signer, byte for byte.
 */
import { createPrivateKey, sign } from 'node:crypto'
import { type Keypair, keypairFromSeed, type Secret } from '@pha/core/crypto'

/** What precedes the seed in a PKCS #8 Ed25519 key, RFC 8410 section 7. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

/**
 * Key pair of a 32-byte seed, which may be wiped afterwards.
 * @throws CryptoError `crypto.wrong-length`
 * @example
 * const authority = authorityKeypair(await readKeyFile(path))
 */
export function authorityKeypair(seed: Secret): Keypair {
  const { scheme, publicKey, accountId } = keypairFromSeed('ed25519', seed)
  const encoded = Buffer.concat([PKCS8, seed.expose()])
  const key = createPrivateKey({ key: encoded, format: 'der', type: 'pkcs8' })
  // OpenSSL has its own copy now, outside the heap; it is erased when the key object is collected.
  encoded.fill(0)
  return { scheme, publicKey, accountId, sign: (message) => new Uint8Array(sign(null, message, key)) }
}

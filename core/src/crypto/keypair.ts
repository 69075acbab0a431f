/** Signing keys of accounts and identities, one shape for the three schemes. */
import { primitives } from '#primitives'
import { assertLength } from './crypto-error.ts'
import { ecdsaAccountId, ecdsaPublicKey, signEcdsa } from './ecdsa.ts'
import { Secret } from './secret.ts'
import { signSr25519, sr25519PublicKey, sr25519SecretKey } from './sr25519.ts'

export type SignatureScheme = 'ed25519' | 'sr25519' | 'ecdsa'

/** Signs and never shows its secret. */
export type Keypair = {
  readonly scheme: SignatureScheme
  /** 32 bytes; 33 for ecdsa (compressed). */
  readonly publicKey: Uint8Array
  /** 32 bytes: what the chain knows the key by. */
  readonly accountId: Uint8Array
  /** Signs the message as it is; 64 bytes, 65 for ecdsa. Equal messages give equal signatures. */
  sign(message: Uint8Array): Uint8Array
}

/**
 * Key pair of a 32-byte seed; the same seed gives the same pair as in Substrate's tools (`subkey`, polkadot-js).
 * The pair holds its own copy of what it needs, so `seed` may be wiped.
 *
 * @throws CryptoError `crypto.wrong-length` unless the seed has 32 bytes; an ecdsa seed of 0 or above the group order
 *   (one in 2^127) throws the curve library's error
 *
 * @example
 * const identity = keypairFromSeed('ed25519', seed)
 * const signature = identity.sign(message)
 */
export function keypairFromSeed(scheme: SignatureScheme, seed: Secret): Keypair {
  assertLength('seed', seed, 32)
  switch (scheme) {
    case 'ed25519': {
      const secret = Secret.from(seed.expose())
      const publicKey = primitives.ed25519PublicKey(secret)
      return { scheme, publicKey, accountId: publicKey, sign: (message) => primitives.ed25519Sign(secret, message) }
    }
    case 'sr25519':
      return sr25519Keypair(Secret.from(sr25519SecretKey(seed.expose())))
    case 'ecdsa': {
      const secret = Secret.from(seed.expose())
      const publicKey = ecdsaPublicKey(secret.expose())
      const accountId = ecdsaAccountId(publicKey)
      return { scheme, publicKey, accountId, sign: (message) => signEcdsa(secret.expose(), message) }
    }
    default:
      return scheme satisfies never
  }
}

/** Key pair of an expanded 64-byte sr25519 secret key, of which it becomes the owner. */
export function sr25519Keypair(secretKey: Secret): Keypair {
  const publicKey = sr25519PublicKey(secretKey.expose())
  return {
    scheme: 'sr25519',
    publicKey,
    accountId: publicKey,
    sign: (message) => signSr25519(secretKey.expose(), message),
  }
}

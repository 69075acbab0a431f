/**
 * By OpenSSL, for Node: the same bytes as `pure/primitives.ts`, some ten to forty times as fast. Deterministic
 * encapsulation, which OpenSSL does not offer, is the pure one's.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  decapsulate,
  diffieHellman,
  encapsulate,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { concatBytes } from '@pha/core/codec'
import { CryptoError } from '../crypto-error.ts'
import { ML_KEM_CIPHERTEXT_LENGTH, ML_KEM_PUBLIC_KEY_LENGTH, type Primitives } from '../primitives.ts'
import { primitives as pure } from '../pure/primitives.ts'

const TAG_LENGTH = 16
const ML_KEM_SEED_LENGTH = 64
const X25519_LENGTH = 32
/** `\.//^\` (draft-connolly-cfrg-xwing-kem, section 5.3). */
const X_WING_LABEL = Uint8Array.of(0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c)

export const primitives: Primitives = {
  gcmSeal(key, nonce, aad, plaintext) {
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad)
    const ciphertext = cipher.update(plaintext) // GCM is a stream: `final` adds nothing
    cipher.final()
    return concatBytes(ciphertext, cipher.getAuthTag())
  },

  gcmOpen(key, nonce, aad, sealed) {
    const end = sealed.length - TAG_LENGTH
    if (end < 0) return undefined
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_LENGTH })
    decipher.setAAD(aad).setAuthTag(sealed.subarray(end))
    const plaintext = decipher.update(sealed.subarray(0, end))
    try {
      decipher.final()
    } catch {
      plaintext.fill(0)
      return undefined
    }
    return ownBytes(plaintext)
  },

  hmacSha256: (key, message) => ownBytes(createHmac('sha256', key).update(message).digest()),

  xWingEncapsulate(recipient, random) {
    if (random !== undefined) return pure.xWingEncapsulate(recipient, random)
    const ephemeral = generateKeyPairSync('x25519')
    const ephemeralKey = ephemeral.publicKey.export({ format: 'raw-public' })
    const recipientX = recipient.subarray(ML_KEM_PUBLIC_KEY_LENGTH)
    try {
      const lattice = encapsulate(publicKey('ml-kem-768', recipient.subarray(0, ML_KEM_PUBLIC_KEY_LENGTH)))
      const curve = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: publicKey('x25519', recipientX) })
      const sharedSecret = combine(lattice.sharedKey, curve, ephemeralKey, recipientX)
      return { encapsulation: concatBytes(lattice.ciphertext, ephemeralKey), sharedSecret }
    } catch {
      throw new CryptoError('crypto.bad-public-key', 'no key can be encapsulated to this X-Wing public key')
    }
  },

  xWingDecapsulate(seed, encapsulation) {
    const { lattice, curve, curvePublic } = seed.derived(decapsulationKeys)
    const ephemeralKey = encapsulation.subarray(ML_KEM_CIPHERTEXT_LENGTH)
    try {
      const latticeSecret = decapsulate(lattice, encapsulation.subarray(0, ML_KEM_CIPHERTEXT_LENGTH))
      const curveSecret = diffieHellman({ privateKey: curve, publicKey: publicKey('x25519', ephemeralKey) })
      return combine(latticeSecret, curveSecret, ephemeralKey, curvePublic)
    } catch {
      return undefined
    }
  },

  ed25519PublicKey: (seed) => ownBytes(createPublicKey(seed.derived(signingKey)).export({ format: 'raw-public' })),

  ed25519Sign: (seed, message) => ownBytes(sign(null, message, seed.derived(signingKey))),

  ed25519Verify(key, message, signature) {
    if (key.length !== X25519_LENGTH || signature.length !== ED25519_SIGNATURE_LENGTH) return false
    try {
      return verify(null, message, publicKey('ed25519', key), signature)
    } catch {
      return false
    }
  },
}

const ED25519_SIGNATURE_LENGTH = 64

function signingKey(seed: Uint8Array): KeyObject {
  // A view: `Buffer.from` of bytes would leave a copy in the pool that small buffers share.
  const key = Buffer.from(seed.buffer, seed.byteOffset, seed.length)
  return createPrivateKey({ key, format: 'raw-private', asymmetricKeyType: 'ed25519' })
}

interface DecapsulationKeys {
  readonly lattice: KeyObject
  readonly curve: KeyObject
  readonly curvePublic: Uint8Array
}

/** Section 5.2: SHAKE256 of the seed gives ML-KEM's seed and the X25519 key. */
function decapsulationKeys(seed: Uint8Array): DecapsulationKeys {
  const length = ML_KEM_SEED_LENGTH + X25519_LENGTH
  const expanded = createHash('shake256', { outputLength: length }).update(seed).digest()
  const lattice = createPrivateKey({
    key: expanded.subarray(0, ML_KEM_SEED_LENGTH),
    format: 'raw-seed',
    asymmetricKeyType: 'ml-kem-768',
  })
  const curve = createPrivateKey({
    key: expanded.subarray(ML_KEM_SEED_LENGTH),
    format: 'raw-private',
    asymmetricKeyType: 'x25519',
  })
  expanded.fill(0)
  return { lattice, curve, curvePublic: createPublicKey(curve).export({ format: 'raw-public' }) }
}

function publicKey(asymmetricKeyType: 'ml-kem-768' | 'x25519' | 'ed25519', key: Uint8Array): KeyObject {
  return createPublicKey({ key, format: 'raw-public', asymmetricKeyType })
}

/** Section 5.3: SHA3-256(ss_M || ss_X || ct_X || pk_X || label). */
function combine(lattice: Uint8Array, curve: Uint8Array, ephemeralKey: Uint8Array, recipientKey: Uint8Array) {
  const hash = createHash('sha3-256').update(lattice).update(curve).update(ephemeralKey).update(recipientKey)
  const sharedSecret = ownBytes(hash.update(X_WING_LABEL).digest())
  lattice.fill(0)
  curve.fill(0)
  return sharedSecret
}

/** Node's `Buffer` is a view that has methods of its own; what leaves here is plain bytes. */
function ownBytes(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}

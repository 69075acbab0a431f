/**
 * HPKE (RFC 9180) base mode, one suite everywhere: X-Wing, HKDF-SHA256, AES-256-GCM. Needs WebCrypto: Node, or a browser
 * page from a secure origin.
 */
import type { RecipientContext, SenderContext } from '@hpke/core'
import { Aes256Gcm, CipherSuite, HkdfSha256 } from '@hpke/core'
import { XWing } from '@hpke/hybridkem-x-wing'
import { AGREEMENT_PUBLIC_KEY_LENGTH, AGREEMENT_SEED_LENGTH, ENCAPSULATION_LENGTH } from './agreement-key.ts'
import { assertLength, CryptoError } from './crypto-error.ts'
import type { RandomBytes } from './random.ts'
import type { Secret } from './secret.ts'

// 32 bytes for ML-KEM's encapsulation, 32 for the ephemeral X25519 key (X-Wing's EncapsulateDerand).
const ENCAPSULATION_RANDOMNESS = 64

const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })

/**
 * @throws CryptoError `crypto.wrong-length` or `crypto.bad-public-key` for a key that cannot be encapsulated to
 */
export async function senderContext(
  recipient: Uint8Array,
  info: Uint8Array,
  random: RandomBytes,
): Promise<SenderContext> {
  assertWebCrypto()
  assertLength('X-Wing public key', recipient, AGREEMENT_PUBLIC_KEY_LENGTH)
  const ekm = random(ENCAPSULATION_RANDOMNESS)
  assertLength('encapsulation randomness', ekm, ENCAPSULATION_RANDOMNESS)
  const randomness = ownBuffer(ekm)
  try {
    const recipientPublicKey = await suite.kem.importKey('raw', ownBuffer(recipient), true)
    return await suite.createSenderContext({ recipientPublicKey, info: ownBuffer(info), ekm: randomness })
  } catch {
    // The library's own error is dropped: it may hold what it was computing with.
    throw new CryptoError('crypto.bad-public-key', 'no key can be encapsulated to this X-Wing public key')
  } finally {
    new Uint8Array(randomness).fill(0)
  }
}

/** `undefined` for an encapsulation that is not one; a forged one gives a context that opens nothing. */
export async function recipientContext(
  seed: Secret,
  info: Uint8Array,
  encapsulation: Uint8Array,
): Promise<RecipientContext | undefined> {
  assertWebCrypto()
  assertLength('X-Wing seed', seed, AGREEMENT_SEED_LENGTH)
  if (encapsulation.length !== ENCAPSULATION_LENGTH) return undefined
  try {
    const recipientKey = await suite.kem.importKey('raw', ownBuffer(seed.expose()), false)
    return await suite.createRecipientContext({ recipientKey, info: ownBuffer(info), enc: ownBuffer(encapsulation) })
  } catch {
    return undefined
  }
}

/** Without it every key would look unusable and every envelope forged. */
function assertWebCrypto(): void {
  if (globalThis.crypto?.subtle === undefined) {
    throw new CryptoError('crypto.no-webcrypto', 'WebCrypto is missing: open the page from https or localhost')
  }
}

/** A copy in a buffer of its own: a view into a larger buffer must not drag its neighbours along. */
export function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}

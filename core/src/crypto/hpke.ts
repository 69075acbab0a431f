/**
 * HPKE (RFC 9180) in base mode, one suite everywhere: X-Wing (0x647a), HKDF-SHA256, AES-256-GCM. One message of each
 * context, or exported secrets; the tests compare with the vectors and with `@hpke/core`.
 */

import { concatBytes, utf8Encode } from '@pha/core/codec'
import { primitives } from '#primitives'
import { AGREEMENT_PUBLIC_KEY_LENGTH, AGREEMENT_SEED_LENGTH, ENCAPSULATION_LENGTH } from './agreement-key.ts'
import { assertLength } from './crypto-error.ts'
import type { RandomBytes } from './random.ts'
import { Secret } from './secret.ts'

/** What both ends know after an encapsulation: one message's key, and secrets by name. */
export interface HpkeContext {
  /** Seals the first and only message of this context. */
  seal(aad: Uint8Array, plaintext: Uint8Array): Uint8Array
  open(aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined
  /** Secret export (section 5.3). */
  export(exporterContext: Uint8Array, length: number): Secret
  /** Erases what the above are derived from. */
  wipe(): void
}

const KEY_LENGTH = 32
const NONCE_LENGTH = 12
const HASH_LENGTH = 32
const NONE = new Uint8Array(0)
/** `"HPKE" || I2OSP(kem, 2) || I2OSP(kdf, 2) || I2OSP(aead, 2)` (section 5.1). */
const SUITE = concatBytes(utf8Encode('HPKE'), Uint8Array.of(0x64, 0x7a, 0, 1, 0, 2))
const LABELLED = concatBytes(utf8Encode('HPKE-v1'), SUITE)
const MODE_BASE = Uint8Array.of(0)
const PSK_ID_HASH = labelledExtract(NONE, 'psk_id_hash', NONE)

/**
 * @param random absent: the platform's own
 * @throws CryptoError `crypto.wrong-length` or `crypto.bad-public-key` for a key that cannot be encapsulated to
 */
export function senderContext(
  recipient: Uint8Array,
  info: Uint8Array,
  random?: RandomBytes,
): { readonly encapsulation: Uint8Array; readonly context: HpkeContext } {
  assertLength('X-Wing public key', recipient, AGREEMENT_PUBLIC_KEY_LENGTH)
  const { encapsulation, sharedSecret } = primitives.xWingEncapsulate(recipient, random)
  return { encapsulation, context: keySchedule(sharedSecret, info) }
}

/** `undefined` for an encapsulation that is not one; a forged one gives a context that opens nothing. */
export function recipientContext(seed: Secret, info: Uint8Array, encapsulation: Uint8Array): HpkeContext | undefined {
  assertLength('X-Wing seed', seed, AGREEMENT_SEED_LENGTH)
  if (encapsulation.length !== ENCAPSULATION_LENGTH) return undefined
  const sharedSecret = primitives.xWingDecapsulate(seed, encapsulation)
  return sharedSecret && keySchedule(sharedSecret, info)
}

/** Section 5.1, with the empty PSK of base mode. Erases `sharedSecret`. */
function keySchedule(sharedSecret: Uint8Array, info: Uint8Array): HpkeContext {
  const schedule = concatBytes(MODE_BASE, PSK_ID_HASH, labelledExtract(NONE, 'info_hash', info))
  const secret = labelledExtract(sharedSecret, 'secret', NONE)
  sharedSecret.fill(0)
  let exporter: Uint8Array | undefined

  /** With the nonce of sequence number 0: each context seals one message. */
  function withKey<T>(use: (key: Uint8Array, nonce: Uint8Array) => T): T {
    const key = labelledExpand(secret, 'key', schedule, KEY_LENGTH)
    try {
      return use(key, labelledExpand(secret, 'base_nonce', schedule, NONCE_LENGTH))
    } finally {
      key.fill(0)
    }
  }

  return {
    seal: (aad, plaintext) => withKey((key, nonce) => primitives.gcmSeal(key, nonce, aad, plaintext)),
    open: (aad, sealed) => withKey((key, nonce) => primitives.gcmOpen(key, nonce, aad, sealed)),
    export(exporterContext, length) {
      exporter ??= labelledExpand(secret, 'exp', schedule, HASH_LENGTH)
      const bytes = labelledExpand(exporter, 'sec', exporterContext, length)
      const exported = Secret.from(bytes)
      bytes.fill(0)
      return exported
    },
    wipe() {
      secret.fill(0)
      exporter?.fill(0)
    },
  }
}

/** HKDF-Extract of labelled input (section 4); HMAC keyed by the salt. */
function labelledExtract(salt: Uint8Array, label: string, input: Uint8Array): Uint8Array {
  return primitives.hmacSha256(salt, concatBytes(LABELLED, utf8Encode(label), input))
}

/** HKDF-Expand of labelled info (section 4) of at most one hash: all that is asked for here. */
function labelledExpand(key: Uint8Array, label: string, info: Uint8Array, length: number): Uint8Array {
  const lengthBytes = Uint8Array.of(0, length)
  const block = concatBytes(lengthBytes, LABELLED, utf8Encode(label), info, Uint8Array.of(1))
  // A view: a copy would leave the rest of a secret behind.
  return primitives.hmacSha256(key, block).subarray(0, length)
}

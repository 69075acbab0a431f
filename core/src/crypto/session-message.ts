/** One message of a session: counter (8 bytes, little-endian) || AES-256-GCM of the padded plaintext, under the counter. */
import { concatBytes } from '@pha/core/codec'
import { openWithNonce, sealWithNonce } from './aead.ts'
import { pad, unpad } from './padding.ts'
import type { Secret } from './secret.ts'

/**
 * How far the newest request may be ahead of the oldest one without an answer. Both ends know it: a client does not ask
 * beyond, and what an enclave keeps of a session is bounded by it.
 */
export const SESSION_WINDOW = 16

/** Far below GCM's bound for counter nonces, far above what a session can send in its time. */
export const MAX_SESSION_MESSAGES = 2 ** 32

export const SESSION_TAG_LENGTH = 16

const COUNTER_LENGTH = 8
const NONCE_LENGTH = 12
const NO_AAD = new Uint8Array(0)

export function sealMessage(key: Secret, counter: number, plaintext: Uint8Array): Uint8Array {
  const head = new Uint8Array(COUNTER_LENGTH)
  new DataView(head.buffer).setBigUint64(0, BigInt(counter), true)
  return concatBytes(head, sealWithNonce(key, nonceOf(head), NO_AAD, pad(plaintext)))
}

/** `undefined` for bytes that are too short, or whose counter no session reaches. */
export function counterOf(message: Uint8Array): number | undefined {
  if (message.length < COUNTER_LENGTH + SESSION_TAG_LENGTH) return undefined
  const counter = new DataView(message.buffer, message.byteOffset).getBigUint64(0, true)
  return counter < MAX_SESSION_MESSAGES ? Number(counter) : undefined
}

export type OpenedMessage =
  | { readonly ok: true; readonly plaintext: Uint8Array }
  | { readonly ok: false; readonly reason: 'session.forged' | 'session.malformed' }

export function openMessage(key: Secret, message: Uint8Array): OpenedMessage {
  const head = message.subarray(0, COUNTER_LENGTH)
  const padded = openWithNonce(key, nonceOf(head), NO_AAD, message.subarray(COUNTER_LENGTH))
  if (padded === undefined) return { ok: false, reason: 'session.forged' }
  const plaintext = unpad(padded)
  return plaintext === undefined ? { ok: false, reason: 'session.malformed' } : { ok: true, plaintext }
}

/** Four zero bytes, then the counter. */
function nonceOf(head: Uint8Array): Uint8Array {
  const nonce = new Uint8Array(NONCE_LENGTH)
  nonce.set(head, NONCE_LENGTH - COUNTER_LENGTH)
  return nonce
}

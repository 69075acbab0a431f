/**
 * Sessions: two directional keys from one HPKE encapsulation (RFC 9180 section 5.3, secret export), then cheap messages.
 * Message: counter (8 bytes, little-endian) || AES-256-GCM of the padded plaintext. The counter is the nonce, so a
 * direction's key never meets a nonce twice; it is accepted only above the last one, so a host between the two can drop
 * messages but not replay, reorder or change them. Anything that fails closes the session: whoever did it holds no key,
 * and the client opens a new one.
 */
import { concatBytes, lengthPrefixed, utf8Encode } from '@pha/core/codec'
import { openWithNonce, sealWithNonce } from './aead.ts'
import { CryptoError } from './crypto-error.ts'
import { ownBuffer, recipientContext, senderContext } from './hpke.ts'
import { pad, unpad } from './padding.ts'
import type { RandomBytes } from './random.ts'
import { Secret } from './secret.ts'

export type SessionFailure = 'session.closed' | 'session.replayed' | 'session.forged' | 'session.malformed'

export type Decrypted =
  | { readonly ok: true; readonly plaintext: Uint8Array }
  | { readonly ok: false; readonly reason: SessionFailure }

/** One end of a session. Requests and responses count separately; gaps in a count are allowed. */
export type Session = {
  readonly closed: boolean
  /** @throws CryptoError `session.closed`; `session.exhausted` after 2^32 messages */
  encrypt(plaintext: Uint8Array, aad?: Uint8Array): Uint8Array
  /** Closes the session unless the message is the peer's next one, or a later one. */
  decrypt(message: Uint8Array, aad?: Uint8Array): Decrypted
  /** Erases the keys. */
  close(): void
}

export type SessionParams = {
  readonly context: string
  /** Which session this is (genesis, worker, client): public, and equal on both ends or nothing decrypts. */
  readonly info: Uint8Array
}

export type OpenSessionParams = SessionParams & { readonly random: RandomBytes }
export type AcceptSessionParams = SessionParams & { readonly encapsulation: Uint8Array }

// Far below GCM's bound for counter nonces, far above what minutes of a session can send.
const MAX_MESSAGES = 2n ** 32n
const COUNTER_LENGTH = 8
const NONCE_LENGTH = 12
const KEY_LENGTH = 32
const TAG_LENGTH = 16
const NO_AAD = new Uint8Array(0)

/**
 * Starts a session with the holder of an agreement key that was proven from state. Send `encapsulation` (1120 bytes)
 * before the first message, or with it.
 *
 * @throws CryptoError `crypto.wrong-length`, `crypto.bad-public-key`
 *
 * @example
 * const { encapsulation, session } = await openSession(worker.agreementKey, { context, info, random })
 * const request = session.encrypt(query)
 */
export async function openSession(
  recipient: Uint8Array,
  { context, info, random }: OpenSessionParams,
): Promise<{ encapsulation: Uint8Array; session: Session }> {
  const sender = await senderContext(recipient, sessionInfo(context, info), random)
  const { requests, responses } = await exportKeys(sender)
  return { encapsulation: new Uint8Array(sender.enc), session: makeSession(requests, responses) }
}

/**
 * Answers a session that a client opened. `undefined` if the encapsulation is malformed; a forged one gives a session
 * that closes at its first message.
 *
 * @example
 * const session = await acceptSession(agreementSeed, { context, info, encapsulation })
 * const request = session?.decrypt(message)
 */
export async function acceptSession(
  seed: Secret,
  { context, info, encapsulation }: AcceptSessionParams,
): Promise<Session | undefined> {
  const recipient = await recipientContext(seed, sessionInfo(context, info), encapsulation)
  if (recipient === undefined) return undefined
  const { requests, responses } = await exportKeys(recipient)
  return makeSession(responses, requests)
}

/** Starts with a length, never with a letter as an envelope's info does: the two can not be taken for one another. */
function sessionInfo(context: string, info: Uint8Array): Uint8Array {
  return concatBytes(lengthPrefixed(utf8Encode(context)), info)
}

type Exporter = { export(exporterContext: ArrayBuffer, length: number): Promise<ArrayBuffer> }

async function exportKeys(context: Exporter): Promise<{ requests: Secret; responses: Secret }> {
  const [requests, responses] = await Promise.all([exportKey(context, 'requests'), exportKey(context, 'responses')])
  return { requests, responses }
}

async function exportKey(context: Exporter, direction: string): Promise<Secret> {
  const bytes = new Uint8Array(await context.export(ownBuffer(utf8Encode(direction)), KEY_LENGTH))
  const key = Secret.from(bytes)
  bytes.fill(0)
  return key
}

function makeSession(sendKey: Secret, receiveKey: Secret): Session {
  let closed = false
  let nextSent = 0n
  let nextExpected = 0n

  function close(): void {
    closed = true
    sendKey.wipe()
    receiveKey.wipe()
  }

  function refuse(reason: SessionFailure): Decrypted {
    close()
    return { ok: false, reason }
  }

  return {
    get closed() {
      return closed
    },
    encrypt(plaintext, aad = NO_AAD) {
      if (closed) throw new CryptoError('session.closed', 'the session is closed')
      if (nextSent >= MAX_MESSAGES) throw new CryptoError('session.exhausted', 'the session has sent all its messages')
      const padded = pad(plaintext)
      const counter = encodeCounter(nextSent++)
      return concatBytes(counter, sealWithNonce(sendKey, nonceOf(counter), aad, padded))
    },
    decrypt(message, aad = NO_AAD) {
      if (closed) return { ok: false, reason: 'session.closed' }
      if (message.length < COUNTER_LENGTH + TAG_LENGTH) return refuse('session.malformed')
      const counter = message.subarray(0, COUNTER_LENGTH)
      const position = new DataView(message.buffer, message.byteOffset).getBigUint64(0, true)
      if (position < nextExpected) return refuse('session.replayed')
      if (position >= MAX_MESSAGES) return refuse('session.malformed')
      const padded = openWithNonce(receiveKey, nonceOf(counter), aad, message.subarray(COUNTER_LENGTH))
      if (padded === undefined) return refuse('session.forged')
      const plaintext = unpad(padded)
      if (plaintext === undefined) return refuse('session.malformed')
      nextExpected = position + 1n
      return { ok: true, plaintext }
    },
    close,
  }
}

function encodeCounter(position: bigint): Uint8Array {
  const counter = new Uint8Array(COUNTER_LENGTH)
  new DataView(counter.buffer).setBigUint64(0, position, true)
  return counter
}

/** Four zero bytes, then the counter. */
function nonceOf(counter: Uint8Array): Uint8Array {
  const nonce = new Uint8Array(NONCE_LENGTH)
  nonce.set(counter, NONCE_LENGTH - COUNTER_LENGTH)
  return nonce
}

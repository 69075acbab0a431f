/**
 * Sessions: two directional keys from one HPKE encapsulation (RFC 9180 section 5.3, secret export), then cheap messages.
 * One end asks, the other answers each request once. A request's counter is its nonce, and the nonce of its answer under
 * the other key: a direction's key never meets a nonce twice, and answers may come in any order. See docs/adr/0024.
 */
import { concatBytes, lengthPrefixed, utf8Encode } from '@pha/core/codec'
import { type AnsweringEnd, answeringEnd } from './answering-end.ts'
import { type AskingEnd, askingEnd } from './asking-end.ts'
import { type HpkeContext, recipientContext, senderContext } from './hpke.ts'
import type { RandomBytes } from './random.ts'
import type { Secret } from './secret.ts'

export type SessionParams = {
  readonly context: string
  /** Which session this is (genesis, worker, client): public, and equal on both ends or nothing decrypts. */
  readonly info: Uint8Array
}

/** Without `random`, the platform's own. */
export type OpenSessionParams = SessionParams & { readonly random?: RandomBytes }
export type AcceptSessionParams = SessionParams & { readonly encapsulation: Uint8Array }

const KEY_LENGTH = 32
const REQUESTS = utf8Encode('requests')
const RESPONSES = utf8Encode('responses')

/**
 * Starts a session with the holder of an agreement key that was proven from state. Send `encapsulation` (1120 bytes)
 * before the first request, or with it.
 *
 * @throws CryptoError `crypto.wrong-length`, `crypto.bad-public-key`
 *
 * @example
 * const { encapsulation, session } = openSession(worker.agreementKey, { context, info })
 * const { counter, message } = session.request(query)
 */
export function openSession(
  recipient: Uint8Array,
  { context, info, random }: OpenSessionParams,
): { encapsulation: Uint8Array; session: AskingEnd } {
  const sender = senderContext(recipient, sessionInfo(context, info), random)
  const { requests, responses } = exportKeys(sender.context)
  return { encapsulation: sender.encapsulation, session: askingEnd(requests, responses) }
}

/**
 * Answers a session that a client opened. `undefined` if the encapsulation is malformed; a forged one gives a session
 * that closes at its first message. The same encapsulation gives the same keys: see docs/adr/0007 for what its user owes.
 *
 * @example
 * const session = acceptSession(agreementSeed, { context, info, encapsulation })
 * const received = session?.receive(message)
 */
export function acceptSession(
  seed: Secret,
  { context, info, encapsulation }: AcceptSessionParams,
): AnsweringEnd | undefined {
  const recipient = recipientContext(seed, sessionInfo(context, info), encapsulation)
  if (recipient === undefined) return undefined
  const { requests, responses } = exportKeys(recipient)
  return answeringEnd(requests, responses)
}

/** Starts with a length, never with a letter as an envelope's info does: the two can not be taken for one another. */
function sessionInfo(context: string, info: Uint8Array): Uint8Array {
  return concatBytes(lengthPrefixed(utf8Encode(context)), info)
}

function exportKeys(context: HpkeContext): { requests: Secret; responses: Secret } {
  const requests = context.export(REQUESTS, KEY_LENGTH)
  const responses = context.export(RESPONSES, KEY_LENGTH)
  context.wipe()
  return { requests, responses }
}

/** The end of a session that asks: numbers its requests, and believes one answer to each. */
import { CryptoError } from './crypto-error.ts'
import type { Secret } from './secret.ts'
import { counterOf, MAX_SESSION_MESSAGES, openMessage, SESSION_WINDOW, sealMessage } from './session-message.ts'

export type AnswerFailure = 'session.closed' | 'session.not-awaited' | 'session.forged' | 'session.malformed'

export type OpenedAnswer =
  | { readonly ok: true; readonly counter: number; readonly plaintext: Uint8Array }
  | { readonly ok: false; readonly reason: AnswerFailure }

export interface AskingEnd {
  readonly closed: boolean
  /** Whether `request` may be called: fewer than `SESSION_WINDOW` counters lie between the oldest unanswered one and the next. */
  readonly hasRoom: boolean
  /**
   * Seals the next request. Its bytes may be sent again, as they are, until they are answered.
   * @throws CryptoError `session.closed`, `session.window-full`; `session.exhausted` after 2^32 requests
   */
  request(plaintext: Uint8Array): { readonly counter: number; readonly message: Uint8Array }
  /**
   * Opens an answer, in any order. An answer to nothing that waits (the second one to a request that was sent twice) is
   * `session.not-awaited` and harms nothing; any other failure closes the session.
   */
  answer(message: Uint8Array): OpenedAnswer
  /** Erases the keys. */
  close(): void
}

export function askingEnd(requests: Secret, responses: Secret): AskingEnd {
  let closed = false
  let next = 0
  const waiting = new Set<number>()

  function close(): void {
    closed = true
    waiting.clear()
    requests.wipe()
    responses.wipe()
  }

  function refuse(reason: AnswerFailure): OpenedAnswer {
    close()
    return { ok: false, reason }
  }

  /** Counters go up, so the first of the set is the oldest. */
  function hasRoom(): boolean {
    const [oldest = next] = waiting
    return next - oldest < SESSION_WINDOW
  }

  return {
    get closed() {
      return closed
    },
    get hasRoom() {
      return !closed && hasRoom()
    },
    request(plaintext) {
      if (closed) throw new CryptoError('session.closed', 'the session is closed')
      if (next >= MAX_SESSION_MESSAGES) throw new CryptoError('session.exhausted', 'the session has sent all it can')
      if (!hasRoom()) throw new CryptoError('session.window-full', 'too many requests wait for an answer')
      const counter = next++
      const message = sealMessage(requests, counter, plaintext)
      waiting.add(counter)
      return { counter, message }
    },
    answer(message) {
      if (closed) return { ok: false, reason: 'session.closed' }
      const counter = counterOf(message)
      if (counter === undefined) return refuse('session.malformed')
      if (!waiting.has(counter)) return { ok: false, reason: 'session.not-awaited' }
      const opened = openMessage(responses, message)
      if (!opened.ok) return refuse(opened.reason)
      waiting.delete(counter)
      return { ok: true, counter, plaintext: opened.plaintext }
    },
    close,
  }
}

/**
 * The end of a session that answers: takes each request once, whatever a host does with their order, and encrypts one
 * answer to each. A request that comes again is told apart from a new one, so that its sealed answer can be given again.
 */
import { constantTimeEqual } from './constant-time.ts'
import { CryptoError } from './crypto-error.ts'
import type { Secret } from './secret.ts'
import { counterOf, openMessage, SESSION_TAG_LENGTH, SESSION_WINDOW, sealMessage } from './session-message.ts'

export type RequestFailure = 'session.closed' | 'session.replayed' | 'session.forged' | 'session.malformed'

export type Received =
  | { readonly ok: true; readonly type: 'new'; readonly counter: number; readonly plaintext: Uint8Array }
  /** Exactly the bytes that were received before under this counter. */
  | { readonly ok: true; readonly type: 'repeated'; readonly counter: number }
  | { readonly ok: false; readonly reason: RequestFailure }

export interface AnsweringEnd {
  readonly closed: boolean
  /**
   * Takes a request whose counter is new and not `SESSION_WINDOW` or more behind the highest one seen. Anything that no
   * honest client sends closes the session.
   */
  receive(message: Uint8Array): Received
  /**
   * Seals the answer to a request that `receive` gave as new; once, since the counter is the nonce.
   * @throws CryptoError `session.closed`, `session.answered`
   */
  answer(counter: number, plaintext: Uint8Array): Uint8Array
  /** Erases the keys. */
  close(): void
}

interface Seen {
  /** Of the request: other bytes under its counter have another one. */
  readonly tag: Uint8Array
  answered: boolean
}

export function answeringEnd(requests: Secret, responses: Secret): AnsweringEnd {
  let closed = false
  let highest = -1
  /** At most `SESSION_WINDOW` counters, all above `highest - SESSION_WINDOW`. */
  const seen = new Map<number, Seen>()

  function close(): void {
    closed = true
    seen.clear()
    requests.wipe()
    responses.wipe()
  }

  function refuse(reason: RequestFailure): Received {
    close()
    return { ok: false, reason }
  }

  function note(counter: number, tag: Uint8Array): void {
    seen.set(counter, { tag, answered: false })
    if (counter < highest) return
    highest = counter
    for (const old of seen.keys()) if (old <= highest - SESSION_WINDOW) seen.delete(old)
  }

  return {
    get closed() {
      return closed
    },
    receive(message) {
      if (closed) return { ok: false, reason: 'session.closed' }
      const counter = counterOf(message)
      if (counter === undefined) return refuse('session.malformed')
      const tag = message.slice(-SESSION_TAG_LENGTH)
      const known = seen.get(counter)
      if (known !== undefined) {
        return constantTimeEqual(known.tag, tag) ? { ok: true, type: 'repeated', counter } : refuse('session.forged')
      }
      if (counter <= highest - SESSION_WINDOW) return refuse('session.replayed')
      const opened = openMessage(requests, message)
      if (!opened.ok) return refuse(opened.reason)
      note(counter, tag)
      return { ok: true, type: 'new', counter, plaintext: opened.plaintext }
    },
    answer(counter, plaintext) {
      if (closed) throw new CryptoError('session.closed', 'the session is closed')
      const request = seen.get(counter)
      if (request === undefined || request.answered) {
        throw new CryptoError('session.answered', 'no request of this counter waits for an answer')
      }
      request.answered = true
      return sealMessage(responses, counter, plaintext)
    },
    close,
  }
}

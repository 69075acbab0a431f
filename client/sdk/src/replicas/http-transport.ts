/** Sessions over HTTP: one POST for each message. */
import { toHex } from '@pha/core/codec'
import { limits } from '@pha/core/protocol'
import { sleep } from '../call-options.ts'
import type { Client } from '../client.ts'
import { askHost, HostRefusal } from './ask-host.ts'
import {
  ANSWER_MS,
  BACK_MS,
  FIRST_BACKOFF_MS,
  isSentAgain,
  LAST_BACKOFF_MS,
  replicaFailed,
  SESSION_ID_LENGTH,
  type SessionTransport,
} from './session-transport.ts'

/**
 * @example
 * const transport = httpTransport(client, 'https://worker.example')
 */
export function httpTransport(client: Pick<Client, 'fetch'>, endpoint: string): SessionTransport {
  const ended = new AbortController()
  let path: string | undefined

  async function exchange(message: Uint8Array): Promise<Uint8Array> {
    if (path === undefined) throw replicaFailed(endpoint, 'no session was opened')
    const start = performance.now()
    for (let backoffMs = FIRST_BACKOFF_MS; ; backoffMs = Math.min(2 * backoffMs, LAST_BACKOFF_MS)) {
      try {
        const answer = await askHost(
          client,
          { endpoint, path, body: message, limit: limits.sessionMessage },
          ended.signal,
        )
        if (answer !== undefined) return answer
        throw replicaFailed(endpoint, 'forgot the session', { isTransient: true })
      } catch (error) {
        const elapsed = performance.now() - start
        if (ended.signal.aborted || elapsed + backoffMs > patienceWith(error)) throw error
      }
      await sleep(backoffMs, ended.signal, 'an answer of a worker')
    }
  }

  return {
    async open(encapsulation, signal) {
      const request = { endpoint, path: 'session', body: encapsulation, limit: SESSION_ID_LENGTH }
      const id = await askHost(client, request, signal)
      if (id?.length !== SESSION_ID_LENGTH) throw replicaFailed(endpoint, 'opened no session')
      path = `session/${toHex(id)}`
      return id
    },
    exchange: (_, message) => exchange(message),
    close: () => ended.abort(replicaFailed(endpoint, 'the session was closed')),
  }
}

/** Milliseconds in which a message is sent again, if the connection failed or the host had no time; as opposed to an answer. */
function patienceWith(error: unknown): number {
  if (!(error instanceof HostRefusal)) return 0
  if (error.hostCode === undefined) return BACK_MS
  return isSentAgain(error.hostCode) ? ANSWER_MS : 0
}

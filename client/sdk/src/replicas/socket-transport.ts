/** Sessions over a WebSocket: several requests in flight, answers as they come, one more connection when one is lost. */
import { counterOf } from '@pha/core/crypto'
import { limits } from '@pha/core/protocol'
import { interrupted } from '../call-options.ts'
import type { Client } from '../client.ts'
import {
  ANSWER_MS,
  BACK_MS,
  FIRST_BACKOFF_MS,
  isSentAgain,
  isTransient,
  LAST_BACKOFF_MS,
  replicaFailed,
  SESSION_ID_LENGTH,
  type SessionTransport,
} from './session-transport.ts'

/**
 * Connects when it opens a session.
 * @example
 * const transport = socketTransport(client, 'https://worker.example')
 */
export function socketTransport({ WebSocket }: Pick<Client, 'WebSocket'>, endpoint: string): SessionTransport {
  return new SocketTransport(WebSocket, endpoint)
}

interface Waiting {
  readonly message: Uint8Array
  resolve(answer: Uint8Array): void
  reject(error: unknown): void
}

class SocketTransport implements SessionTransport {
  readonly #WebSocket: typeof globalThis.WebSocket
  readonly #endpoint: string
  /** By counter, in order. */
  readonly #waiting = new Map<number, Waiting>()
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()
  #opening: PromiseWithResolvers<Uint8Array> | undefined
  #encapsulation: Uint8Array | undefined
  #id: Uint8Array | undefined
  #socket: WebSocket | undefined
  /** Since when requests have waited for a connection, in milliseconds of `performance.now`. */
  #awaySince: number | undefined
  #backoffMs = FIRST_BACKOFF_MS
  #closed = false

  constructor(WebSocket: typeof globalThis.WebSocket, endpoint: string) {
    this.#WebSocket = WebSocket
    this.#endpoint = endpoint
  }

  async open(encapsulation: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    const opening = Promise.withResolvers<Uint8Array>()
    this.#opening = opening
    this.#encapsulation = encapsulation
    const giveUp = (): void => opening.reject(interrupted(signal, 'asking a worker'))
    signal.addEventListener('abort', giveUp)
    const timer = this.#later(ANSWER_MS, () => opening.reject(this.#failed('opened no session in time')))
    try {
      if (signal.aborted) giveUp()
      else this.#connect()
      return await opening.promise
    } catch (error) {
      this.close()
      throw error
    } finally {
      this.#cancel(timer)
      signal.removeEventListener('abort', giveUp)
      this.#opening = undefined
    }
  }

  exchange(counter: number, message: Uint8Array): Promise<Uint8Array> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
    if (this.#closed || this.#id === undefined) return Promise.reject(this.#failed('the session was closed'))
    this.#waiting.set(counter, { message, resolve, reject })
    const timer = this.#later(ANSWER_MS, () => reject(this.#failed('gave no answer in time')))
    this.#send(message)
    return promise.finally(() => {
      this.#cancel(timer)
      this.#waiting.delete(counter)
    })
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    const over = this.#failed('the session was closed')
    this.#opening?.reject(over)
    for (const { reject } of this.#waiting.values()) reject(over)
    this.#socket?.close()
  }

  #connect(): void {
    if (this.#closed || this.#socket !== undefined) return
    const url = addressOf(this.#endpoint)
    if (url === undefined) return void this.#opening?.reject(this.#failed('not an HTTP address'))
    const socket = new this.#WebSocket(url)
    socket.binaryType = 'arraybuffer'
    this.#socket = socket
    socket.addEventListener('open', () => {
      this.#awaySince = undefined
      const name = this.#id ?? this.#encapsulation
      if (name !== undefined) socket.send(own(name))
      for (const { message } of this.#waiting.values()) socket.send(own(message))
    })
    socket.addEventListener('message', ({ data }) => this.#receive(data))
    // Every failure is followed by `close`, also a connection that never opened.
    socket.addEventListener('close', () => this.#lost())
  }

  /** If there is no connection, what waits is sent when there is one. */
  #send(message: Uint8Array): void {
    if (this.#socket === undefined) this.#connect()
    else if (this.#socket.readyState === this.#WebSocket.OPEN) this.#socket.send(own(message))
  }

  #receive(data: unknown): void {
    if (typeof data === 'string' && data.length <= limits.sessionMessage) return this.#refused(data)
    if (!(data instanceof ArrayBuffer) || data.byteLength > limits.sessionMessage) return this.#socket?.close()
    const frame = new Uint8Array(data)
    if (this.#id === undefined) {
      if (frame.length !== SESSION_ID_LENGTH) return this.#opening?.reject(this.#failed('opened no session'))
      this.#id = frame
      return this.#opening?.resolve(frame)
    }
    this.#backoffMs = FIRST_BACKOFF_MS
    const counter = counterOf(frame)
    // What nobody waits for is the second answer to what was sent twice.
    if (counter !== undefined) this.#waiting.get(counter)?.resolve(frame)
  }

  #refused(text: string): void {
    const { code, message, counter } = parse(text)
    const refusal = this.#failed(`${String(code)}: ${String(message)}`, isTransient(code))
    if (this.#id === undefined) return this.#opening?.reject(refusal)
    const waiting = typeof counter === 'number' ? this.#waiting.get(counter) : undefined
    if (waiting === undefined) return
    if (!isSentAgain(code)) return waiting.reject(refusal)
    this.#afterBackoff(() => {
      if (this.#waiting.get(counter as number) === waiting) this.#send(waiting.message)
    })
  }

  #lost(): void {
    this.#socket = undefined
    const away = this.#failed('not reachable', true)
    this.#opening?.reject(away)
    if (this.#waiting.size === 0) return
    const now = performance.now()
    this.#awaySince ??= now
    if (now - this.#awaySince < BACK_MS) return this.#afterBackoff(() => this.#connect())
    this.#awaySince = undefined
    for (const { reject } of this.#waiting.values()) reject(away)
  }

  #afterBackoff(run: () => void): void {
    if (this.#closed) return
    this.#later(this.#backoffMs, run)
    this.#backoffMs = Math.min(2 * this.#backoffMs, LAST_BACKOFF_MS)
  }

  #later(milliseconds: number, run: () => void): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      run()
    }, milliseconds)
    this.#timers.add(timer)
    return timer
  }

  #cancel(timer: ReturnType<typeof setTimeout>): void {
    clearTimeout(timer)
    this.#timers.delete(timer)
  }

  #failed(what: string, isTransient = false): Error {
    return replicaFailed(this.#endpoint, what, { isTransient })
  }
}

/** `https://host/path` is `wss://host/path/session`. */
function addressOf(endpoint: string): string | undefined {
  const base = endpoint.endsWith('/') ? endpoint : `${endpoint}/`
  const url = URL.canParse(base) ? new URL('session', base) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return undefined
  return url.href.replace(/^http/, 'ws')
}

/** What `WebSocket.send` takes: bytes that no other thread can change. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}

function parse(text: string): { readonly [name: string]: unknown } {
  try {
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}

/**
 * JSON-RPC 2.0 over one WebSocket that comes back by itself. Requests wait through a lost connection and are sent again
 * on the next one, so every method asked through here must be safe to ask twice; all methods of the node are.
 */
import { interrupted } from '../call-options.ts'
import { PhaError } from '../errors.ts'

/** First wait after a lost connection, doubled up to the last: a restarted node is back within a second or two. */
const FIRST_BACKOFF_MS = 100
const LAST_BACKOFF_MS = 2_000

/** Characters of one answer: the largest read proof (16 MiB) in hexadecimal, and room around it. */
const MAX_ANSWER_LENGTH = 40 * 1024 * 1024

/** Requests that wait for an answer at one time; the rest wait here, since a node cuts who floods it. */
const MAX_IN_FLIGHT = 256

/** An error that the node answered with. */
export class RpcError extends PhaError {
  /** JSON-RPC's or Substrate's number. */
  readonly rpcCode: number

  constructor(rpcCode: number, message: string) {
    super('sdk.rpc-failed', message)
    this.rpcCode = rpcCode
  }
}

export interface JsonRpc {
  /** Counts connections; when it changes, the node may have been restarted. */
  readonly connections: number
  /**
   * @returns the `result` of the answer, not yet checked
   * @throws RpcError if the node answers with an error; PhaError `sdk.unreachable`, `sdk.timeout`, `sdk.closed`
   */
  request(method: string, params: readonly unknown[], signal: AbortSignal): Promise<unknown>
  /** Subscribes on this and every later connection. */
  subscribe(method: string, notification: string, listener: (result: unknown) => void): void
  close(): void
}

export interface JsonRpcInit {
  readonly url: string
  readonly WebSocket: typeof globalThis.WebSocket
  /** How long a request may wait for a connection before it fails with `sdk.unreachable`. */
  readonly unreachableMs: number
}

/**
 * Connects at the first request.
 * @example
 * const rpc = jsonRpc({ url: 'ws://127.0.0.1:9944', WebSocket, unreachableMs: 20_000 })
 * await rpc.request('system_chain', [], AbortSignal.timeout(5_000))
 */
export function jsonRpc(init: JsonRpcInit): JsonRpc {
  return new Connection(init)
}

interface Pending {
  readonly frame: string
  sent: boolean
  resolve(result: unknown): void
  reject(error: unknown): void
}

interface Subscription {
  readonly method: string
  readonly notification: string
  readonly listener: (result: unknown) => void
}

class Connection implements JsonRpc {
  connections = 0
  readonly #init: JsonRpcInit
  readonly #pending = new Map<number, Pending>()
  readonly #subscriptions: Subscription[] = []
  #socket: WebSocket | undefined
  #open = false
  #retry: ReturnType<typeof setTimeout> | undefined
  #backoffMs = FIRST_BACKOFF_MS
  #nextId = 1
  #closed = false

  constructor(init: JsonRpcInit) {
    this.#init = init
  }

  request(method: string, params: readonly unknown[], signal: AbortSignal): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    if (this.#closed) return Promise.reject(closed())
    if (signal.aborted) return Promise.reject(interrupted(signal, method))
    const id = this.#nextId++
    const giveUp = setTimeout(() => {
      if (!this.#open) reject(this.#unreachable())
    }, this.#init.unreachableMs)
    const onAbort = (): void => reject(this.#open ? interrupted(signal, method) : this.#abortedUnconnected(signal))
    signal.addEventListener('abort', onAbort)
    const frame = JSON.stringify({ jsonrpc: '2.0', id, method, params })
    this.#pending.set(id, { frame, sent: false, resolve, reject })
    this.#flush()
    return promise.finally(() => {
      clearTimeout(giveUp)
      signal.removeEventListener('abort', onAbort)
      this.#pending.delete(id)
      if (this.#open && this.#pending.size >= MAX_IN_FLIGHT) this.#flush()
    })
  }

  subscribe(method: string, notification: string, listener: (result: unknown) => void): void {
    const subscription = { method, notification, listener }
    this.#subscriptions.push(subscription)
    if (this.#open) this.#sendSubscription(subscription)
    else this.#flush()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#retry)
    this.#socket?.close()
    for (const { reject } of this.#pending.values()) reject(closed())
  }

  #flush(): void {
    if (!this.#open) {
      this.#connect()
      return
    }
    let inFlight = 0
    for (const pending of this.#pending.values()) {
      if (++inFlight > MAX_IN_FLIGHT) break
      if (pending.sent) continue
      pending.sent = true
      this.#socket?.send(pending.frame)
    }
  }

  #connect(): void {
    if (this.#socket !== undefined || this.#retry !== undefined || this.#closed) return
    const socket = new this.#init.WebSocket(this.#init.url)
    this.#socket = socket
    socket.addEventListener('open', () => {
      this.#open = true
      this.connections++
      this.#backoffMs = FIRST_BACKOFF_MS
      for (const subscription of this.#subscriptions) this.#sendSubscription(subscription)
      this.#flush()
    })
    socket.addEventListener('message', ({ data }) => this.#receive(data))
    // Every failure is followed by `close`, also a connection that never opened.
    socket.addEventListener('close', () => this.#lost())
  }

  #lost(): void {
    this.#open = false
    this.#socket = undefined
    for (const pending of this.#pending.values()) pending.sent = false
    if (this.#closed || (this.#pending.size === 0 && this.#subscriptions.length === 0)) return
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      this.#connect()
    }, this.#backoffMs)
    this.#backoffMs = Math.min(2 * this.#backoffMs, LAST_BACKOFF_MS)
  }

  #sendSubscription({ method }: Subscription): void {
    // Notifications are told apart by their name, so the id that the node answers with is not needed.
    this.#socket?.send(JSON.stringify({ jsonrpc: '2.0', id: this.#nextId++, method, params: [] }))
  }

  #receive(data: unknown): void {
    const message = typeof data === 'string' && data.length <= MAX_ANSWER_LENGTH ? parse(data) : undefined
    if (message === undefined) {
      this.#socket?.close() // not JSON-RPC: nothing after it can be trusted to be in step
      return
    }
    if (typeof message['method'] === 'string') {
      const params = asRecord(message['params'])
      for (const { notification, listener } of this.#subscriptions) {
        if (notification === message['method'] && params !== undefined) listener(params['result'])
      }
      return
    }
    const pending = typeof message['id'] === 'number' ? this.#pending.get(message['id']) : undefined
    if (pending === undefined) return
    const error = asRecord(message['error'])
    if (error === undefined) pending.resolve(message['result'])
    else pending.reject(new RpcError(Number(error['code']), String(error['message'])))
  }

  #unreachable(): PhaError {
    return new PhaError('sdk.unreachable', `no connection to ${this.#init.url}`, {
      fix: 'Start a node (`pha dev`), or pass the address of a running one.',
    })
  }

  #abortedUnconnected(signal: AbortSignal): unknown {
    const reason = interrupted(signal, 'connecting')
    return reason instanceof PhaError ? this.#unreachable() : reason
  }
}

function closed(): PhaError {
  return new PhaError('sdk.closed', 'the client was closed')
}

function parse(text: string): { readonly [name: string]: unknown } | undefined {
  try {
    return asRecord(JSON.parse(text))
  } catch {
    return undefined
  }
}

function asRecord(value: unknown): { readonly [name: string]: unknown } | undefined {
  return typeof value === 'object' && value !== null ? (value as { readonly [name: string]: unknown }) : undefined
}

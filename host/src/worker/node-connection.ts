/**
 * JSON-RPC to the node over one WebSocket that comes back when it is lost. Every method used here may be asked twice
 * without harm, so a request that was cut off is asked again.
 */
import type { Logger } from 'pino'
import { WebSocket } from 'ws'
import { Backoff } from './backoff.ts'
import { workerLimits } from './limits.ts'
import { codeOf, WorkerError } from './worker-error.ts'

export interface NodeConnectionInit {
  /** Such as `ws://127.0.0.1:9944`. */
  readonly url: string
  readonly log: Logger
}

interface Pending {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
  /** The connection ended before the answer. */
  readonly lost: () => void
}

interface OpenSocket {
  readonly socket: WebSocket
  readonly pending: Map<number, Pending>
}

/**
 * @example
 * await using node = new NodeConnection({ url: 'ws://127.0.0.1:9944', log })
 * node.subscribe('pha_subscribeFinalised', 'pha_finalised', (header) => feed(header))
 * const genesis = await node.call('pha_genesis')
 */
export class NodeConnection implements AsyncDisposable {
  readonly #url: string
  readonly #log: Logger
  readonly #stop = new AbortController()
  readonly #subscriptions = new Map<string, { readonly method: string; readonly receive: (result: unknown) => void }>()
  readonly #connectListeners = new Set<() => void>()
  readonly #run: Promise<void>
  #open: OpenSocket | undefined
  #opened = Promise.withResolvers<OpenSocket>()
  #nextId = 1

  constructor({ url, log }: NodeConnectionInit) {
    this.#url = url
    this.#log = log
    this.#opened.promise.catch(() => {})
    this.#run = this.#stayConnected()
  }

  get connected(): boolean {
    return this.#open !== undefined
  }

  /**
   * Asks the node, waiting for a connection if there is none.
   *
   * @returns the result, unchecked: the node is no more trusted than its operator trusts it
   * @throws WorkerError `worker.node-unavailable` after the time limit, `worker.node-refused` with the node's code
   */
  async call(method: string, params: readonly unknown[] = []): Promise<unknown> {
    const timeout = AbortSignal.timeout(workerLimits.nodeTimeoutMs)
    const ended = AbortSignal.any([timeout, this.#stop.signal])
    for (;;) {
      const open = await orAborted(this.#opened.promise, ended)
      const answer = open && (await orAborted(this.#ask(open, method, params), ended))
      if (answer !== undefined) return answer.result
      if (this.#stop.signal.aborted) throw new WorkerError('worker.stopped')
      if (timeout.aborted) {
        throw new WorkerError('worker.node-unavailable', { detail: `${method} at ${this.#url}`, fix: 'start the node' })
      }
    }
  }

  /** Receives the notifications `name` of a subscription, which is made again after each reconnect. */
  subscribe(method: string, name: string, receive: (result: unknown) => void): void {
    this.#subscriptions.set(name, { method, receive })
    if (this.#open !== undefined) this.#startSubscription(method)
  }

  /** Tells of every new connection. */
  onConnect(listener: () => void): void {
    this.#connectListeners.add(listener)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#open?.socket.terminate()
    await this.#run
  }

  /** Resolves to `undefined` if the connection is lost before the answer. */
  #ask(
    { socket, pending }: OpenSocket,
    method: string,
    params: readonly unknown[],
  ): Promise<{ readonly result: unknown } | undefined> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      // Closing, and `close` not told yet: the caller tries again, after other work had its turn.
      if (socket.readyState !== WebSocket.OPEN) return void setImmediate(resolve, undefined)
      pending.set(id, { resolve: (result) => resolve({ result }), reject, lost: () => resolve(undefined) })
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }), () => {})
    })
  }

  async #stayConnected(): Promise<void> {
    const backoff = new Backoff(workerLimits.reconnectMs, workerLimits.longestReconnectMs)
    let reported = false
    while (!this.#stop.signal.aborted) {
      try {
        const socket = await this.#connect()
        reported = false
        backoff.reset()
        this.#log.info({ url: this.#url }, 'connected to the node')
        await new Promise((resolve) => socket.once('close', resolve))
        if (!this.#stop.signal.aborted) this.#log.warn({ url: this.#url }, 'lost the node')
      } catch (error) {
        if (!reported) this.#log.warn({ url: this.#url, code: codeOf(error) }, 'node not reachable, trying on')
        reported = true
      }
      if (this.#open !== undefined) {
        this.#open = undefined
        this.#opened = Promise.withResolvers()
        this.#opened.promise.catch(() => {})
      }
      await backoff.wait(this.#stop.signal)
    }
  }

  async #connect(): Promise<WebSocket> {
    const socket = new WebSocket(this.#url, {
      maxPayload: workerLimits.nodeMessage,
      perMessageDeflate: false,
      handshakeTimeout: workerLimits.nodeTimeoutMs,
    })
    const stop = (): void => socket.terminate()
    this.#stop.signal.addEventListener('abort', stop, { once: true })
    socket.once('close', () => this.#stop.signal.removeEventListener('abort', stop))
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve)
      // Stays: an error without a listener would end the process. What follows it is `close`.
      socket.on('error', reject)
      socket.once('close', () => reject(new WorkerError('worker.node-unavailable')))
    })
    const open: OpenSocket = { socket, pending: new Map() }
    socket.on('message', (data) => this.#receive(open, String(data)))
    socket.once('close', () => {
      for (const { lost } of open.pending.values()) lost()
    })
    this.#open = open
    for (const { method } of this.#subscriptions.values()) this.#startSubscription(method)
    this.#opened.resolve(open)
    for (const listener of this.#connectListeners) listener()
    return socket
  }

  #startSubscription(method: string): void {
    this.call(method).catch((error: unknown) => {
      this.#log.error({ method, code: codeOf(error) }, 'subscription failed')
      this.#open?.socket.terminate()
    })
  }

  #receive({ socket, pending }: OpenSocket, text: string): void {
    const message = parseMessage(text)
    if (message === undefined) {
      this.#log.error({ size: text.length }, 'the node sent something that is no JSON-RPC')
      socket.terminate()
      return
    }
    if (typeof message.method === 'string') {
      this.#subscriptions.get(message.method)?.receive(message.params?.result)
      return
    }
    const id = typeof message.id === 'number' ? message.id : 0
    const asked = pending.get(id)
    pending.delete(id)
    if (message.error !== undefined) asked?.reject(refusal(message.error))
    else asked?.resolve(message.result)
  }
}

interface RpcMessage {
  readonly id?: unknown
  readonly method?: unknown
  readonly params?: { readonly result?: unknown }
  readonly result?: unknown
  readonly error?: { readonly message?: unknown; readonly data?: { readonly code?: unknown } }
}

function parseMessage(text: string): RpcMessage | undefined {
  try {
    const message: unknown = JSON.parse(text)
    return typeof message === 'object' && message !== null ? message : undefined
  } catch {
    return undefined
  }
}

function refusal({ message, data }: NonNullable<RpcMessage['error']>): WorkerError {
  return new WorkerError('worker.node-refused', {
    refusal: typeof data?.code === 'string' ? data.code : 'rpc.unknown',
    detail: String(message).slice(0, 256),
  })
}

/** What `promise` gives, or `undefined` once `signal` is aborted. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined
  const aborted = Promise.withResolvers<undefined>()
  const abort = (): void => aborted.resolve(undefined)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

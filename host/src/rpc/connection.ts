/** One WebSocket: its requests in their order, its subscriptions, and what waits to be sent. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type RawData, WebSocket } from 'ws'
import { type Dispatcher, dispatch } from './dispatch.ts'
import { rpcLimits } from './limits.ts'
import type { RpcComponents, Subscriptions } from './method.ts'
import { RpcError } from './rpc-error.ts'

/** WebSocket close codes, RFC 6455 section 7.4.1. */
const UNSUPPORTED_DATA = 1003
const POLICY_VIOLATION = 1008

/** Serves a socket until it closes. */
export function serveConnection(
  socket: WebSocket,
  components: RpcComponents,
  methods: Dispatcher['methods'],
  onFault: Dispatcher['onFault'],
): void {
  const subscriptions = new ConnectionSubscriptions((text) => send(socket, text))
  const dispatcher = { methods, call: { ...components, source: socket, subscriptions: () => subscriptions }, onFault }
  let queued = 0
  let turn = Promise.resolve()

  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (isBinary) return socket.close(UNSUPPORTED_DATA, 'text only')
    if (++queued > rpcLimits.queuedRequests) return socket.close(POLICY_VIOLATION, 'too many requests wait')
    const text = data.toString()
    turn = turn.then(async () => {
      // Between requests others get their turn: a flood on one socket must not stop block making.
      await nextTurn()
      queued--
      if (socket.readyState !== WebSocket.OPEN) return
      const answer = await dispatch(text, dispatcher)
      if (answer !== undefined) send(socket, answer)
      subscriptions.startOpened()
    })
  })
  socket.on('close', () => subscriptions.closeAll())
  // The `close` that follows does the work; without a listener an error would end the process.
  socket.on('error', () => {})
}

class ConnectionSubscriptions implements Subscriptions {
  readonly #send: (text: string) => void
  readonly #open = new Map<string, () => void>()
  #waiting: (() => void)[] = []
  #count = 0

  constructor(send: (text: string) => void) {
    this.#send = send
  }

  open(notification: string, start: (send: (result: unknown) => void) => () => void): string {
    if (this.#open.size >= rpcLimits.subscriptions) {
      throw new RpcError(
        'rpc.too-many-subscriptions',
        `At most ${rpcLimits.subscriptions} subscriptions of one connection`,
        'end some of them, or open another connection',
      )
    }
    const id = `${notification}-${++this.#count}`
    this.#open.set(id, () => {})
    this.#waiting.push(() => {
      if (!this.#open.has(id)) return
      const stop = start((result) => {
        if (!this.#open.has(id)) return
        this.#send(JSON.stringify({ jsonrpc: '2.0', method: notification, params: { subscription: id, result } }))
      })
      if (this.#open.has(id)) this.#open.set(id, stop)
      else stop()
    })
    return id
  }

  close(id: string): boolean {
    this.#open.get(id)?.()
    return this.#open.delete(id)
  }

  /** Starts what was opened: the client has its identifiers now. */
  startOpened(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const start of waiting) start()
  }

  closeAll(): void {
    for (const id of [...this.#open.keys()]) this.close(id)
  }
}

function send(socket: WebSocket, text: string): void {
  if (socket.readyState !== WebSocket.OPEN) return
  // Who reads slower than the chain speaks would fill our memory.
  if (socket.bufferedAmount > rpcLimits.unsentBytes) socket.terminate()
  else socket.send(text)
}

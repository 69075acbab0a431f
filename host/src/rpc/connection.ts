/** One WebSocket: its requests in their order, but for those that wait for the chain, and its subscriptions. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type RawData, WebSocket } from 'ws'
import { Allowance } from './allowance.ts'
import { type Dispatcher, dispatch } from './dispatch.ts'
import { rpcLimits } from './limits.ts'
import type { RpcCall, RpcComponents } from './method.ts'
import { Outlet, type SlowReaderLimits } from './outlet.ts'
import { ConnectionSubscriptions } from './subscriptions.ts'
import { WaitingCalls } from './waiting-calls.ts'

/** WebSocket close codes, RFC 6455 section 7.4.1. */
const UNSUPPORTED_DATA = 1003
const POLICY_VIOLATION = 1008

/** Why a connection is not served: there are too many, or it reads too slowly, not at all, or asks without waiting. */
export type RefusedConnection = 'full' | 'unsent' | 'stalled' | 'queue'

export interface ServedConnection extends Pick<Dispatcher, 'methods' | 'onSlow'> {
  readonly onFault: RpcCall['onFault']
  readonly onRefused: (reason: RefusedConnection) => void
  readonly slowReaders: SlowReaderLimits
}

/** Serves a socket until it closes. */
export function serveConnection(socket: WebSocket, components: RpcComponents, served: ServedConnection): void {
  const { methods, onFault, onSlow, onRefused, slowReaders: limits } = served
  const outlet = new Outlet(socket, { limits, onOverload: () => subscriptions.stopFollows(), onCut: onRefused })
  const subscriptions = new ConnectionSubscriptions(outlet, onFault)
  const closed = new AbortController()
  const call = { ...components, onFault, source: socket, closed: closed.signal, subscriptions: () => subscriptions }
  const dispatcher = { methods, call, allowance: new Allowance(), waiting: new WaitingCalls(), onSlow }
  const send = (answer: string | undefined): void => {
    if (answer !== undefined) outlet.send(answer)
  }
  let queued = 0
  let turn = Promise.resolve()

  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (isBinary) return socket.close(UNSUPPORTED_DATA, 'text only')
    if (++queued > rpcLimits.queuedRequests) {
      if (queued === rpcLimits.queuedRequests + 1) onRefused('queue')
      return socket.close(POLICY_VIOLATION, 'too many requests wait')
    }
    const text = data.toString()
    turn = turn.then(async () => {
      // Between requests others get their turn: a flood on one socket must not stop block making.
      await nextTurn()
      await outlet.drained()
      queued--
      if (socket.readyState !== WebSocket.OPEN) return
      const { answer, waits } = dispatch(text, dispatcher)
      if (waits) return void answer.then(send)
      send(await answer)
      subscriptions.afterAnswers()
    })
  })
  components.observer.rpcSession('opened')
  socket.on('close', () => {
    closed.abort()
    subscriptions.closeAll()
    components.observer.rpcSession('closed')
  })
  // The `close` that follows does the work; without a listener an error would end the process.
  socket.on('error', () => {})
}

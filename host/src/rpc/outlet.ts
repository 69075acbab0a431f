/**
 * What waits to be sent on one socket. A slow reader is not read from until he caught up, so what he can make wait is
 * bounded by what he asked before, and by what the chain tells him unasked.
 */
import { WebSocket } from 'ws'
import type { rpcLimits } from './limits.ts'

/** What may wait for a slow reader, and how long; `rpcLimits` has those that a node serves with. */
export type SlowReaderLimits = Readonly<
  Record<keyof Pick<typeof rpcLimits, 'drainedBytes' | 'stopFollowsBytes' | 'unsentBytes' | 'stalledMs'>, number>
>

export interface OutletInit {
  readonly limits: SlowReaderLimits
  /** Called when more waits than follows may go on with. */
  readonly onOverload: () => void
  /** Called when the socket is cut, with the reason. */
  readonly onCut: (reason: 'unsent' | 'stalled') => void
}

export class Outlet {
  readonly #socket: WebSocket
  readonly #init: OutletInit
  #draining: PromiseWithResolvers<void> | undefined
  #stalled: NodeJS.Timeout | undefined

  constructor(socket: WebSocket, init: OutletInit) {
    this.#socket = socket
    this.#init = init
    socket.on('close', () => this.#resume())
  }

  send(data: string | Uint8Array): void {
    const socket = this.#socket
    const { unsentBytes, drainedBytes, stopFollowsBytes } = this.#init.limits
    if (socket.readyState !== WebSocket.OPEN) return
    if (socket.bufferedAmount > unsentBytes) return this.#cut('unsent')
    socket.send(data, () => {
      if (this.#draining !== undefined && socket.bufferedAmount <= drainedBytes) this.#resume()
    })
    if (socket.bufferedAmount > drainedBytes) this.#pause()
    if (socket.bufferedAmount > stopFollowsBytes) this.#init.onOverload()
  }

  /** Resolves when little waits, or nothing will be sent any more. */
  drained(): Promise<void> {
    return this.#draining?.promise ?? Promise.resolve()
  }

  #pause(): void {
    if (this.#draining !== undefined) return
    this.#draining = Promise.withResolvers()
    this.#socket.pause()
    this.#stalled = setTimeout(() => this.#cut('stalled'), this.#init.limits.stalledMs)
  }

  #resume(): void {
    clearTimeout(this.#stalled)
    this.#draining?.resolve()
    this.#draining = undefined
    this.#socket.resume()
  }

  #cut(reason: 'unsent' | 'stalled'): void {
    this.#init.onCut(reason)
    this.#socket.terminate()
  }
}

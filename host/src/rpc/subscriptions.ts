/** The subscriptions of one WebSocket: a client hears of one only after the answer that names it. */
import type { Follow } from './follow.ts'
import { rpcLimits } from './limits.ts'
import type { RpcCall, Subscriptions } from './method.ts'
import type { Outlet } from './outlet.ts'
import { RpcError } from './rpc-error.ts'

interface Open {
  readonly notification: string
  stop: () => void
}

export class ConnectionSubscriptions implements Subscriptions {
  readonly follows = new Map<string, Follow>()
  readonly #outlet: Outlet
  readonly #onFault: RpcCall['onFault']
  readonly #open = new Map<string, Open>()
  #waiting: (() => void)[] = []
  #lastId = 0

  constructor(outlet: Outlet, onFault: RpcCall['onFault']) {
    this.#outlet = outlet
    this.#onFault = onFault
  }

  open(notification: string, start: (send: (result: unknown) => void) => () => void): string {
    if (this.#open.size >= rpcLimits.subscriptions) {
      throw new RpcError(
        'rpc.too-many-subscriptions',
        `At most ${rpcLimits.subscriptions} subscriptions of one connection`,
        'end some of them, or open another connection',
      )
    }
    const id = `${notification}-${++this.#lastId}`
    const subscription: Open = { notification, stop: () => {} }
    this.#open.set(id, subscription)
    this.afterAnswer(() => {
      if (!this.#open.has(id)) return
      const stop = start((result) => {
        if (!this.#open.has(id)) return
        const params = { subscription: id, result }
        this.#outlet.send(JSON.stringify({ jsonrpc: '2.0', method: notification, params }))
      })
      subscription.stop = stop
      if (!this.#open.has(id)) stop()
    })
    return id
  }

  close(id: string): boolean {
    const subscription = this.#open.get(id)
    if (subscription === undefined) return false
    this.#open.delete(id)
    this.follows.delete(id)
    subscription.stop()
    return true
  }

  count(notification: string): number {
    let count = 0
    for (const open of this.#open.values()) if (open.notification === notification) count++
    return count
  }

  afterAnswer(start: () => void): void {
    this.#waiting.push(start)
  }

  drained(): Promise<void> {
    return this.#outlet.drained()
  }

  /** Starts what waits for the answer that was just sent. */
  afterAnswers(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const start of waiting) {
      try {
        start()
      } catch (cause) {
        this.#onFault('subscription', cause)
      }
    }
  }

  /** Tells all follows that they miss blocks from now on. */
  stopFollows(): void {
    for (const follow of [...this.follows.values()]) follow.stop()
  }

  closeAll(): void {
    for (const id of [...this.#open.keys()]) this.close(id)
  }
}

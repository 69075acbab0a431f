/** What a method of the RPC is: a function under its wire name. */
import type { Clock } from '../consensus/index.ts'
import type { NodeObserver } from '../metrics/node-observer.ts'
import type { Chain } from '../node/chain.ts'
import type { ChainSpec } from '../node/chain-spec.ts'
import type { Pool } from '../node/pool.ts'
import type { Follow } from './follow.ts'
import type { Params } from './params.ts'

export interface RpcComponents {
  /** Whether this node has the authority's key. */
  readonly makesBlocks: boolean
  readonly observer: NodeObserver
  readonly chain: Chain
  readonly pool: Pool
  readonly spec: ChainSpec
  readonly clock: Clock
  /** Version of the node's software. */
  readonly version: string
}

/** The subscriptions of one connection. */
export interface Subscriptions {
  /**
   * Opens a subscription; `start` runs once the client has its identifier, and gives back what ends it.
   * @throws RpcError `rpc.too-many-subscriptions`
   */
  open(notification: string, start: (send: (result: unknown) => void) => () => void): string
  /** @returns false if there is none */
  close(id: string): boolean
  /** How many are open that send this notification. */
  count(notification: string): number
  /** Runs `start` once the client has the answer to what it asks now. */
  afterAnswer(start: () => void): void
  /** Resolves when little waits to be sent, at once if that is so now; also when the connection is closed. */
  drained(): Promise<void>
  /** Of `chainHead_v1_follow`, by identifier. */
  readonly follows: Map<string, Follow>
}

export interface RpcCall extends RpcComponents {
  /** @throws RpcError `rpc.needs-websocket` over HTTP */
  readonly subscriptions: () => Subscriptions
  /** Told of faults of our own, which clients see as `rpc.internal` without detail. */
  readonly onFault: (method: string, cause: unknown) => void
  /** Who asks, by identity: the connection. */
  readonly source: object
  /** Aborted when the connection is closed: nobody hears the answer then. */
  readonly closed: AbortSignal
}

/**
 * Answers one request with what JSON can carry; a throw of RpcError, NodeError or RuntimeError is the client's error.
 * The exported constant has the wire name, so a search for it finds code, test and documentation.
 */
export interface RpcMethod {
  (params: Params, call: RpcCall): unknown
  /** See `waiting`. */
  readonly waits?: true
}

/**
 * Declares that a method answers when something happens on the chain. Requests behind it do not wait for its answer, and
 * `rpcLimits.waitingCalls` bounds how many wait. It must not open subscriptions, whose events would come before the answer.
 */
export function waiting(method: RpcMethod): RpcMethod {
  return Object.assign(method, { waits: true as const })
}

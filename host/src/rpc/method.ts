/** What a method of the RPC is: a function under its wire name. */
import type { Clock } from '../consensus/index.ts'
import type { Chain } from '../node/chain.ts'
import type { ChainSpec } from '../node/chain-spec.ts'
import type { Pool } from '../node/pool.ts'
import type { Params } from './params.ts'

export interface RpcComponents {
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
}

export interface RpcCall extends RpcComponents {
  /** @throws RpcError `rpc.needs-websocket` over HTTP */
  readonly subscriptions: () => Subscriptions
  /** Who asks, by identity: the connection. */
  readonly source: object
}

/**
 * Answers one request with what JSON can carry; a throw of RpcError, NodeError or RuntimeError is the client's error.
 * The exported constant has the wire name, so a search for it finds code, test and documentation.
 */
export type RpcMethod = (params: Params, call: RpcCall) => unknown

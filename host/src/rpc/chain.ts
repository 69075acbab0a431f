/** `chain_*`: blocks and headers. Every block here is final, so new, all and finalised heads are the same. */
import { toHex } from '@pha/core/codec'
import { blockJson, headerJson } from './json-shapes.ts'
import { rpcLimits } from './limits.ts'
import type { RpcMethod } from './method.ts'

export const chain_getBlock: RpcMethod = (params, { chain }) => {
  const hash = params.optionalHash(0)
  const block = hash === undefined ? chain.head.block : chain.database.block(hash)
  return block === undefined ? null : blockJson(block)
}

export const chain_getHeader: RpcMethod = (params, { chain }) => {
  const header = chain.findHeader(params.optionalHash(0) ?? chain.head.hash)
  return header === undefined ? null : headerJson(header)
}

/** Of a number, of a list of numbers, or of the newest block. */
export const chain_getBlockHash: RpcMethod = (params, { chain }) => {
  if (!params.has(0)) return toHex(chain.head.hash)
  const { list, values } = params.numbers(0, rpcLimits.page)
  const hashes = values.map((number) => {
    const hash = chain.database.hashAt(number)
    return hash === undefined ? null : toHex(hash)
  })
  return list ? hashes : hashes[0]
}
export const chain_getHead: RpcMethod = chain_getBlockHash

export const chain_getFinalizedHead: RpcMethod = (_, { chain }) => toHex(chain.head.hash)
export const chain_getFinalisedHead: RpcMethod = chain_getFinalizedHead

export const chain_subscribeNewHeads: RpcMethod = heads('chain_newHead')
export const chain_subscribeNewHead: RpcMethod = chain_subscribeNewHeads
export const chain_subscribeAllHeads: RpcMethod = heads('chain_allHead')
export const chain_subscribeFinalizedHeads: RpcMethod = heads('chain_finalizedHead')
export const chain_subscribeFinalisedHeads: RpcMethod = chain_subscribeFinalizedHeads

export const chain_unsubscribeNewHeads: RpcMethod = (params, { subscriptions }) => subscriptions().close(params.text(0))
export const chain_unsubscribeNewHead: RpcMethod = chain_unsubscribeNewHeads
export const chain_unsubscribeAllHeads: RpcMethod = chain_unsubscribeNewHeads
export const chain_unsubscribeFinalizedHeads: RpcMethod = chain_unsubscribeNewHeads
export const chain_unsubscribeFinalisedHeads: RpcMethod = chain_unsubscribeNewHeads

/** Sends the newest header at once, and each new one. */
function heads(notification: string): RpcMethod {
  return (_, { chain, subscriptions }) =>
    subscriptions().open(notification, (send) => {
      send(headerJson(chain.head.block.header))
      return chain.onFinalised(({ block }) => send(headerJson(block.header)))
    })
}

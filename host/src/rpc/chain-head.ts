/** `chainHead_v1_*`: follows the head of the chain and reads the blocks that it reports (JSON-RPC interface specification). */
import { toHex } from '@pha/core/codec'
import { Header } from '@pha/core/protocol'
import { KEPT_STATES } from '../db/index.ts'
import { Follow } from './follow.ts'
import { rpcLimits } from './limits.ts'
import type { RpcCall, RpcMethod } from './method.ts'
import type { Params } from './params.ts'
import { RpcError } from './rpc-error.ts'
import { runtimeCall } from './runtime-call.ts'
import { itemQueries } from './storage-items.ts'

/** What is answered for a follow that ended or never was. */
const LIMIT_REACHED = { result: 'limitReached' }

export const chainHead_v1_follow: RpcMethod = (params, { chain, subscriptions, onFault }) => {
  const withRuntime = params.flag(0)
  const connection = subscriptions()
  const { follows } = connection
  if (follows.size >= rpcLimits.follows) {
    throw new RpcError('rpc.too-many-follows', `At most ${rpcLimits.follows} follows`, 'end one, or share it')
  }
  const follow = new Follow({ chain, withRuntime, afterAnswer: (run) => connection.afterAnswer(run), onFault })
  const id = connection.open('chainHead_v1_followEvent', (send) => {
    return follow.start(send, () => connection.close(id))
  })
  follows.set(id, follow)
  return id
}

export const chainHead_v1_unfollow: RpcMethod = (params, { subscriptions }) => {
  subscriptions().close(params.text(0))
  return null
}

/** SCALE, as hex. */
export const chainHead_v1_header: RpcMethod = (params, call) => {
  const followed = pinnedBlock(params, call)
  return followed === undefined ? null : toHex(Header.encode(call.chain.header(followed.hash)))
}

export const chainHead_v1_body: RpcMethod = (params, call) => {
  const followed = pinnedBlock(params, call)
  if (followed === undefined) return LIMIT_REACHED
  const { body } = call.chain.block(followed.hash)
  return followed.follow.operation(() => ({ event: 'operationBodyDone', value: body.map(toHex) }))
}

export const chainHead_v1_call: RpcMethod = (params, call) => {
  const [method, input] = [params.text(2), params.bytes(3)]
  const followed = pinnedBlock(params, call)
  if (followed === undefined) return LIMIT_REACHED
  const { follow, hash } = followed
  if (!follow.withRuntime) throw new RpcError('rpc.follow-without-runtime', 'The follow is one without runtime')
  return follow.operation(() => ({
    event: 'operationCallDone',
    output: toHex(runtimeCall(call.chain, method, input, hash)),
  }))
}

export const chainHead_v1_storage: RpcMethod = (params, call) => {
  const queries = itemQueries(params, 2)
  const followed = pinnedBlock(params, call)
  if (followed === undefined) return LIMIT_REACHED
  return followed.follow.storage(call.chain.trieAt(followed.hash), queries)
}

export const chainHead_v1_continue: RpcMethod = (params, { subscriptions }) => {
  subscriptions().follows.get(params.text(0))?.continue(params.text(1))
  return null
}

export const chainHead_v1_stopOperation: RpcMethod = (params, { subscriptions }) => {
  subscriptions().follows.get(params.text(0))?.stopOperation(params.text(1))
  return null
}

export const chainHead_v1_unpin: RpcMethod = (params, { subscriptions }) => {
  const hashes = params.hashes(1, 2 * KEPT_STATES)
  subscriptions().follows.get(params.text(0))?.unpin(hashes)
  return null
}

/**
 * The follow and the block of the first two parameters; `undefined` without such a follow.
 * @throws RpcError `rpc.block-not-pinned`
 */
function pinnedBlock(params: Params, { subscriptions }: RpcCall) {
  const follow = subscriptions().follows.get(params.text(0))
  const hash = params.hash(1)
  follow?.requirePinned(hash)
  return follow && { follow, hash }
}

/** What a client is told of something thrown: faults of our own show nothing but that they are. */
import { CodecError } from '@pha/core/codec'
import { RuntimeError } from '@pha/runtime/frame'
import { NodeError } from '../node/node-error.ts'
import { RpcError } from './rpc-error.ts'

export function clientError(cause: unknown): RpcError {
  if (cause instanceof RpcError) return cause
  if (cause instanceof NodeError) {
    if (cause.code === 'node.block-unknown') return new RpcError('rpc.block-unknown', cause.message)
    if (cause.code === 'node.state-pruned') return new RpcError('rpc.state-pruned', cause.message, cause.fix)
  }
  // A bug in a pallet is `runtime.fault`; the other codes answer to what the client sent.
  if (cause instanceof RuntimeError && cause.code !== 'runtime.fault') {
    return new RpcError('rpc.runtime-refused', cause.message)
  }
  if (cause instanceof CodecError) return new RpcError('rpc.bad-params', cause.message)
  return new RpcError('rpc.internal', 'Internal error')
}

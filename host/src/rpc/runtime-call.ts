/** Calls of the runtime by strangers. */
import type { Chain } from '../node/chain.ts'
import { RpcError } from './rpc-error.ts'

/** Methods that build blocks and states: they change nothing here, but cost as much as a block. */
const NODE_ONLY = /^(?:Core_(?:initialize|execute)_block|BlockBuilder_|GenesisBuilder_)/

/**
 * Asks the runtime of a block, on a state that nobody keeps.
 * @throws RpcError `rpc.runtime-refused` for methods that only the node itself calls; RuntimeError from the runtime
 */
export function runtimeCall(chain: Chain, method: string, input: Uint8Array, at?: Uint8Array): Uint8Array {
  if (NODE_ONLY.test(method)) throw new RpcError('rpc.runtime-refused', 'Only the node itself calls this method')
  return chain.call(method, input, at)
}

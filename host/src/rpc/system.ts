/** `system_*`: what this node is, and nonces. A solo node has no peers and is never behind. */
import { toHex } from '@pha/core/codec'
import { Header } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import type { RpcMethod } from './method.ts'

export const system_chain: RpcMethod = (_, { spec }) => spec.name
export const system_chainType: RpcMethod = (_, { spec }) => spec.chainType
export const system_name: RpcMethod = () => 'Phala TypeScript node'
export const system_version: RpcMethod = (_, { version }) => version
export const system_properties: RpcMethod = (_, { spec }) => spec.properties
export const system_health: RpcMethod = () => ({ peers: 0, isSyncing: false, shouldHavePeers: false })
export const system_peers: RpcMethod = () => []
export const system_nodeRoles: RpcMethod = () => ['Authority']
export const system_localPeerId: RpcMethod = () => ''
export const system_localListenAddresses: RpcMethod = () => []

export const system_syncState: RpcMethod = (_, { chain }) => {
  const { number } = chain.head.block.header
  return { startingBlock: 0, currentBlock: number, highestBlock: number }
}

/** The next nonce of an account, its waiting extrinsics counted. */
export const system_accountNextIndex: RpcMethod = (params, { chain, pool }) => {
  const account = params.account(0)
  const nonce = t.u32.decode(chain.call('AccountNonceApi_account_nonce', account))
  return pool.nextNonce(nonce, account)
}
export const account_nextIndex: RpcMethod = system_accountNextIndex

/** What would become of an extrinsic on top of a block: SCALE of `ApplyExtrinsicResult`. Nothing is kept. */
export const system_dryRun: RpcMethod = (params, { chain }) => {
  const extrinsic = params.bytes(0)
  const parentHash = params.optionalHash(1) ?? chain.head.hash
  const state = chain.stateAt(parentHash)
  const number = chain.header(parentHash).number + 1
  const unknown = new Uint8Array(32)
  const header = { parentHash, number, stateRoot: unknown, extrinsicsRoot: unknown, digest: { logs: [] } }
  state.call('Core_initialize_block', Header.encode(header))
  return toHex(state.call('BlockBuilder_apply_extrinsic', extrinsic))
}
export const system_dryRunAt: RpcMethod = system_dryRun

/** `chainSpec_v1_*`: what the chain is called (JSON-RPC interface specification). */
import { toHex } from '@pha/core/codec'
import type { RpcMethod } from './method.ts'

export const chainSpec_v1_chainName: RpcMethod = (_, { spec }) => spec.name
export const chainSpec_v1_genesisHash: RpcMethod = (_, { chain }) => toHex(chain.genesisHash)
export const chainSpec_v1_properties: RpcMethod = (_, { spec }) => spec.properties

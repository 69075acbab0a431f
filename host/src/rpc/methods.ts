/** All methods by wire name, but `rpc_methods`: see served-methods.ts. */
import * as author from './author.ts'
import * as chain from './chain.ts'
import type { RpcMethod } from './method.ts'
import * as payment from './payment.ts'
import * as pha from './pha.ts'
import * as state from './state.ts'
import * as system from './system.ts'

export const methods: ReadonlyMap<string, RpcMethod> = new Map<string, RpcMethod>(
  Object.entries({ ...author, ...chain, ...payment, ...pha, ...state, ...system }),
)

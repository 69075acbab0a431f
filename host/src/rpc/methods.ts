/** All methods by wire name, but `rpc_methods`: see served-methods.ts. */
import * as archive from './archive.ts'
import * as author from './author.ts'
import * as blastRadius from './blast-radius.ts'
import * as chain from './chain.ts'
import * as chainHead from './chain-head.ts'
import * as chainSpec from './chain-spec.ts'
import type { RpcMethod } from './method.ts'
import * as payment from './payment.ts'
import * as pha from './pha.ts'
import * as rootRotation from './root-rotation.ts'
import * as state from './state.ts'
import * as system from './system.ts'
import * as transaction from './transaction.ts'

export const methods: ReadonlyMap<string, RpcMethod> = new Map<string, RpcMethod>(
  Object.entries({
    ...archive,
    ...author,
    ...blastRadius,
    ...chain,
    ...chainHead,
    ...chainSpec,
    ...payment,
    ...pha,
    ...rootRotation,
    ...state,
    ...system,
    ...transaction,
  }),
)

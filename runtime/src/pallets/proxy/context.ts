/** What the parts of this pallet work with. */
import type { PalletContext } from '../../frame/implement.ts'
import { balancesLogic } from '../balances/logic.ts'
import { systemLogic } from '../system/logic.ts'
import type { proxy } from './schema.ts'

export const proxyDeps = { system: systemLogic, balances: balancesLogic }

export type ProxyContext = PalletContext<typeof proxy, typeof proxyDeps>

/** What the parts of this pallet work with. */
import type { PalletContext } from '../../frame/implement.ts'
import { balancesLogic } from '../balances/logic.ts'
import { beaconLogic } from '../beacon/logic.ts'
import { messagesLogic } from '../messages/logic.ts'
import { registryLogic } from '../registry/logic.ts'
import { systemLogic } from '../system/logic.ts'
import type { contracts } from './schema.ts'

export const dependencies = {
  system: systemLogic,
  balances: balancesLogic,
  registry: registryLogic,
  messages: messagesLogic,
  beacon: beaconLogic,
}

export type ContractsContext = PalletContext<typeof contracts, typeof dependencies>

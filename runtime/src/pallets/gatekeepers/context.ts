/** What the parts of this pallet work with. */
import type { PalletBody, PalletContext } from '../../frame/implement.ts'
import { balancesLogic } from '../balances/logic.ts'
import { beaconLogic } from '../beacon/logic.ts'
import { contractsLogic } from '../contracts/logic.ts'
import { messagesLogic } from '../messages/logic.ts'
import { registryLogic } from '../registry/logic.ts'
import { systemLogic } from '../system/logic.ts'
import type { gatekeepers } from './schema.ts'

export const dependencies = {
  system: systemLogic,
  balances: balancesLogic,
  messages: messagesLogic,
  registry: registryLogic,
  beacon: beaconLogic,
  contracts: contractsLogic,
}

export type GatekeepersContext = PalletContext<typeof gatekeepers, typeof dependencies>

export type GatekeepersCalls = PalletBody<typeof gatekeepers, unknown>['calls']

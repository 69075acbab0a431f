/** The runtime of this chain. */
import { balancesLogic } from '../pallets/balances/logic.ts'
import { beaconLogic } from '../pallets/beacon/logic.ts'
import { consensusLogic } from '../pallets/consensus/logic.ts'
import { contractsLogic } from '../pallets/contracts/logic.ts'
import { gatekeepersLogic } from '../pallets/gatekeepers/logic.ts'
import { messagesLogic } from '../pallets/messages/logic.ts'
import { multisigLogic } from '../pallets/multisig/logic.ts'
import { permitsLogic } from '../pallets/permits/logic.ts'
import { preimageLogic } from '../pallets/preimage/logic.ts'
import { proxyLogic } from '../pallets/proxy/logic.ts'
import { registryLogic } from '../pallets/registry/logic.ts'
import { schedulerLogic } from '../pallets/scheduler/logic.ts'
import { chainTypes } from '../pallets/schemas.ts'
import { sudoLogic } from '../pallets/sudo/logic.ts'
import { systemLogic } from '../pallets/system/logic.ts'
import { timestampLogic } from '../pallets/timestamp/logic.ts'
import { transactionPaymentLogic } from '../pallets/transaction-payment/logic.ts'
import { utilityLogic } from '../pallets/utility/logic.ts'
import { composeRuntime } from './compose-runtime.ts'

/** Each pallet after those it depends on; the declarations are listed in `pallets/schemas.ts`. */
export const logics = [
  systemLogic,
  timestampLogic,
  balancesLogic,
  transactionPaymentLogic,
  consensusLogic,
  messagesLogic,
  registryLogic,
  beaconLogic,
  contractsLogic,
  gatekeepersLogic,
  sudoLogic,
  utilityLogic,
  proxyLogic,
  multisigLogic,
  preimageLogic,
  schedulerLogic,
  permitsLogic,
]

/**
 * @example
 * const header = Header.decode(runtime.call(host, 'GenesisBuilder_build_state', GenesisConfig.encode(config)))
 */
export const runtime = composeRuntime(chainTypes, logics)

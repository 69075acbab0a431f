/** Every pallet of the chain, without logic: what clients and enclaves may import. */
import { composeTypes, tieAnyCall } from '../frame/declare.ts'
import { balances } from './balances/schema.ts'
import { beacon } from './beacon/schema.ts'
import { consensus } from './consensus/schema.ts'
import { contracts } from './contracts/schema.ts'
import { gatekeepers } from './gatekeepers/schema.ts'
import { messages } from './messages/schema.ts'
import { multisig } from './multisig/schema.ts'
import { permits } from './permits/schema.ts'
import { preimage } from './preimage/schema.ts'
import { proxy } from './proxy/schema.ts'
import { registry } from './registry/schema.ts'
import { scheduler } from './scheduler/schema.ts'
import { sudo } from './sudo/schema.ts'
import { system } from './system/schema.ts'
import { timestamp } from './timestamp/schema.ts'
import { transactionPayment } from './transaction-payment/schema.ts'
import { utility } from './utility/schema.ts'

export type { AnyCall } from '../frame/declare.ts'
export { dispatchErrorName } from '../frame/dispatch-error-name.ts'
export { Era, IMMORTAL, mortalEra } from '../transaction/era.ts'
export {
  decodeExtrinsic,
  Extra,
  type Extrinsic,
  encodeExtrinsic,
  Implicit,
  Signed,
  signingPayload,
} from '../transaction/extrinsic.ts'
export { MultiAddress } from '../transaction/multi-address.ts'
export { balances, PHA } from './balances/schema.ts'
export { BeaconOutput, beacon } from './beacon/schema.ts'
export { consensus } from './consensus/schema.ts'
export {
  CommandKey,
  Contract,
  ContractPolicy,
  contracts,
  Executor,
  FinalCommit,
  MovedContracts,
  Progress,
} from './contracts/schema.ts'
export { Escrow } from './gatekeepers/custody-schema.ts'
export { Ceremony, Group, Operator, Target } from './gatekeepers/group-schema.ts'
export { BlastQuestion, BlastRadius, Broken } from './gatekeepers/radius-schema.ts'
export { RotationProgress, rotationProgress } from './gatekeepers/rotation-schema.ts'
export { gatekeepers, noGatekeepers } from './gatekeepers/schema.ts'
export { messages } from './messages/schema.ts'
export { multisig } from './multisig/schema.ts'
export { permits, Revocations } from './permits/schema.ts'
export { preimage } from './preimage/schema.ts'
export { proxy } from './proxy/schema.ts'
export { EvidenceAssessment } from './registry/assessment-schema.ts'
export {
  AnchorKey,
  Collateral,
  CollateralVersion,
  PlatformFamily,
  TestRoots,
} from './registry/collateral-schema.ts'
export { Measurement, registry, strictRegistry, Worker } from './registry/schema.ts'
export { scheduler } from './scheduler/schema.ts'
export { sudo } from './sudo/schema.ts'
export { AccountInfo, system } from './system/schema.ts'
export { RUNTIME_VERSION, RuntimeVersion } from './system/version.ts'
export { timestamp } from './timestamp/schema.ts'
export { transactionPayment } from './transaction-payment/schema.ts'
export { utility } from './utility/schema.ts'
export { WEIGHTS } from './weights.ts'

/** In the order of their hooks. New pallets are appended. */
export const chainTypes = composeTypes([
  system,
  timestamp,
  balances,
  transactionPayment,
  consensus,
  messages,
  registry,
  contracts,
  gatekeepers,
  sudo,
  utility,
  proxy,
  multisig,
  preimage,
  scheduler,
  beacon,
  permits,
])
tieAnyCall(chainTypes.RuntimeCall)

/** Any call, any event, what `System.Events` holds, and the genesis configuration. */
export const { RuntimeCall, RuntimeEvent, EventRecord, EventRecords, GenesisConfig } = chainTypes

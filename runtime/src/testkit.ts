/** For tests of other packages: the runtime on a host in memory, with registered enclaves and a contract if wanted. */
export { outcomeOf, TestChain, type TestChainOptions, type Transaction } from './chain/test-chain.ts'
export { deployer, TestNetwork, user } from './pallets/contracts/test-network.ts'
export { GatekeeperNetwork } from './pallets/gatekeepers/test-gatekeepers.ts'
export { evidenceFor, registrationOf, simulatedRoot, testEnclave } from './pallets/registry/test-enclave.ts'
export {
  BEFORE,
  governor,
  HardwareChain,
  hardwarePolicy,
  ISSUED_AT,
  intelRootList,
  type Machine,
  machine,
  OLD,
  RECOVERY,
  sgxCollateral,
  sgxEvidence,
  withGrace,
} from './pallets/registry/test-hardware.ts'
export { derivativeAccount } from './pallets/utility/derivative-account.ts'

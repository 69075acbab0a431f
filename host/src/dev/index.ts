/** A whole network on one machine, for development. */
export { DevError, type DevErrorCode } from './dev-error.ts'
export {
  DEV_ACCOUNTS,
  type DevelopmentChain,
  developmentChain,
  type Measurements,
  type SimulatedVendors,
} from './development-chain.ts'
export { choosePort } from './free-port.ts'
export {
  type DevNetwork,
  type DevNetworkOptions,
  type DevProcess,
  type DevProcessRole,
  majorityOf,
  startDevNetwork,
} from './start-dev-network.ts'

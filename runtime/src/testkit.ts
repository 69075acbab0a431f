/** For tests of other packages: the runtime on a host in memory, with registered enclaves and a contract if wanted. */
export { outcomeOf, TestChain, type TestChainOptions, type Transaction } from './chain/test-chain.ts'
export { deployer, TestNetwork, user } from './pallets/contracts/test-network.ts'
export { derivativeAccount } from './pallets/utility/derivative-account.ts'

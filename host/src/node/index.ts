/** The node: chain, pool, engine, RPC. */
export { type Clock, type ManualClock, manualClock, systemClock } from '../consensus/index.ts'
export { type Chain, type FinalisedBlock, openChain } from './chain.ts'
export { type ChainSpec, type ChainType, chainSpec, parseChainSpec, readChainSpec } from './chain-spec.ts'
export { NodeError, type NodeErrorCode } from './node-error.ts'
export { Pool } from './pool.ts'
export { type Node, type NodeConfig, startNode } from './start-node.ts'

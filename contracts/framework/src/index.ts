/** What a confidential contract is written with. */
export { t } from '@pha/core/schema'
export { Call, Rejection } from './abi.ts'
export { type Contract, contract, type Interface } from './contract.ts'
export { encodeCall } from './dispatch.ts'
export { argsType, type CallContext, command, init, job, type Method, type MethodKind, query } from './methods.ts'
export { ContractRejection } from './rejection.ts'
export { map, type StateMap, type StateValue, value } from './state.ts'

/** Substrate-compatible JSON-RPC. */
export type { RpcComponents } from './method.ts'
export { METHOD_CHOICES, type MethodChoice } from './served-methods.ts'
export { type RpcServer, type RpcServerInit, rpcServer } from './server.ts'

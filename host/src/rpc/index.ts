/** Substrate-compatible JSON-RPC. */
export type { RpcComponents } from './method.ts'
export { type RpcServer, type RpcServerInit, rpcServer } from './server.ts'

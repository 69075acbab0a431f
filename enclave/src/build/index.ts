/** Builds and measures the enclaves. Runs outside of them. */
export {
  type BuildEnclaveParams,
  type BuiltEnclave,
  buildEnclave,
  type EnclaveProgram,
  type EnclaveTee,
} from './build-enclave.ts'
export { describeTcb } from './describe-tcb.ts'

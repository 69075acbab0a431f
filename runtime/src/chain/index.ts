/** The composed runtime, and what a node needs to run it. */

export { decodeExtrinsic, type Extrinsic, encodeExtrinsic } from '../transaction/extrinsic.ts'
export { codecs } from './codecs.ts'
export { type ComposedRuntime, composeRuntime } from './compose-runtime.ts'
export {
  ApplyExtrinsicResult,
  Block,
  InherentData,
  MAX_CODE_BYTES,
  MemoryHost,
  readRuntimeCode,
  TransactionSource,
  TransactionValidity,
  UncheckedExtrinsic,
  writeRuntimeCode,
} from './interface.ts'
export { storageVersionKey } from './migrate.ts'
export { logics, runtime } from './runtime.ts'

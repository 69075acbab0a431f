/** The composed runtime, and what a node needs to run it. */

export {
  CODE_KEY,
  MAX_CODE_BYTES,
  readRuntimeCode,
  writeRuntimeCode,
} from '../pallets/system/runtime-code.ts'
export { decodeExtrinsic, type Extrinsic, encodeExtrinsic, UncheckedExtrinsic } from '../transaction/extrinsic.ts'
export { Block, InherentData } from './block.ts'
export type { ComposedRuntime } from './compose-runtime.ts'
export { MemoryHost } from './memory-host.ts'
export { runtime } from './runtime.ts'
export { ApplyExtrinsicResult, TransactionSource, TransactionValidity } from './transaction-validity.ts'

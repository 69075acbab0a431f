/** The composed runtime, and what a node needs to run it. */

export { MAX_CODE_BYTES } from '../pallets/system/limits.ts'
export { readRuntimeCode, writeRuntimeCode } from '../pallets/system/runtime-code.ts'
export { decodeExtrinsic, type Extrinsic, encodeExtrinsic, UncheckedExtrinsic } from '../transaction/extrinsic.ts'
export { Block, InherentData } from './block.ts'
export { codecs } from './codecs.ts'
export { type ComposedRuntime, composeRuntime } from './compose-runtime.ts'
export { MemoryHost } from './memory-host.ts'
export { storageVersionKey } from './migrate.ts'
export { logics, runtime } from './runtime.ts'
export { ApplyExtrinsicResult, TransactionSource, TransactionValidity } from './transaction-validity.ts'

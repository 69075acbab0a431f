/** What passes between a node and its runtime, and what runtimes are stored as: without the runtime's logic. */

export { MAX_CODE_BYTES } from '../pallets/system/limits.ts'
export { readRuntimeCode, writeRuntimeCode } from '../pallets/system/runtime-code.ts'
export { UncheckedExtrinsic } from '../transaction/extrinsic.ts'
export { Block, InherentData } from './block.ts'
export { MemoryHost } from './memory-host.ts'
export { ApplyExtrinsicResult, TransactionSource, TransactionValidity } from './transaction-validity.ts'

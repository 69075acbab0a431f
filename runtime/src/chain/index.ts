/** The composed runtime, and what a node needs to run it. */
export { Block, InherentData } from './block.ts'
export type { ComposedRuntime } from './compose-runtime.ts'
export { decodeExtrinsic, type Extrinsic, encodeExtrinsic, UncheckedExtrinsic } from './extrinsic.ts'
export { MemoryHost } from './memory-host.ts'
export { runtime } from './runtime.ts'
export { ApplyExtrinsicResult, TransactionSource, TransactionValidity } from './transaction-validity.ts'

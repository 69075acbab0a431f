/** The chain on disk. */
export { type BlockWrite, type ChainDatabase, headBlock, openChainDatabase } from './chain-database.ts'
export { checkDatabase, type Finding } from './check-database.ts'
export { DbError, type DbErrorCode } from './db-error.ts'
export { diskError } from './disk-errors.ts'
export { KEPT_STATES, type Pruning, readPruning } from './pruning.ts'
export { type ExtrinsicPlace, StoredBlock } from './stored-block.ts'

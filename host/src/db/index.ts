/** The chain on disk. */
export { type BlockWrite, type ChainDatabase, headBlock, KEPT_STATES, openChainDatabase } from './chain-database.ts'
export { DbError, type DbErrorCode } from './db-error.ts'
export { loadStates, type RecentStates } from './load-state.ts'
export { type ExtrinsicPlace, StoredBlock, type Undo } from './stored-block.ts'

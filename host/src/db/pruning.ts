/** How many states a node keeps, and how a base path remembers which kind of node it belongs to. */
import { DbError } from './db-error.ts'

/** `archive` keeps every state; a number keeps those of the newest so many blocks. */
export type Pruning = 'archive' | number

/** States that a node keeps if nothing else is said: readers of a recent block (64 s at full speed) are not cut off. */
export const KEPT_STATES = 256

/** Whoever reads the head while the next block is written must be able to finish. */
const MIN_KEPT_STATES = 2

/** More than a year of blocks at full speed; who wants more wants an archive. */
const MAX_KEPT_STATES = 2 ** 27

/**
 * Reads `archive` or a number of states.
 *
 * @throws DbError `db.bad-pruning`
 */
export function readPruning(text: string): Pruning {
  if (text === 'archive') return text
  const states = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (states < MIN_KEPT_STATES || states > MAX_KEPT_STATES) {
    throw new DbError(
      'db.bad-pruning',
      `"${text}"`,
      `give archive, or a number of states from ${MIN_KEPT_STATES} to ${MAX_KEPT_STATES}`,
    )
  }
  return states
}

const ARCHIVE = 0
const PRUNED = 1

export function pruningByte(pruning: Pruning): Uint8Array {
  return Uint8Array.of(pruning === 'archive' ? ARCHIVE : PRUNED)
}

/**
 * The number of states may change from start to start; the kind may not: a pruned node has thrown away what an archive
 * needs, and an archive never noted what may be thrown away.
 *
 * @throws DbError `db.other-pruning`
 */
export function expectPruning(stored: Uint8Array, wanted: Pruning | undefined): Pruning {
  const isArchive = stored[0] === ARCHIVE
  if (wanted === undefined) return isArchive ? 'archive' : KEPT_STATES
  if (isArchive === (wanted === 'archive')) return wanted
  throw new DbError(
    'db.other-pruning',
    `this base path is ${isArchive ? 'an archive' : 'pruned'}`,
    `give --state-pruning ${isArchive ? 'archive' : KEPT_STATES}, or export the chain and import it into another base path`,
  )
}

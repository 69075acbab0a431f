/** Turns what LMDB and the operating system say into errors that tell an operator what to do. */
import { statfsSync } from 'node:fs'
import { TrieError } from '@pha/core/trie'
import { DbError } from './db-error.ts'

const RESTORE =
  'run `pha node check` on the base path; restore a copy of it, or remove it and let the node make its chain again'

/**
 * The coded error for a fault of the disk; anything else is given back as it is.
 *
 * @param cause from LMDB, the file system or the trie
 */
export function diskError(cause: unknown): unknown {
  if (cause instanceof DbError) return cause
  if (cause instanceof TrieError) {
    return cause.code === 'trie.node-missing' || cause.code === 'trie.node-damaged'
      ? new DbError('db.corrupt', cause.message, RESTORE, cause)
      : cause
  }
  const text = cause instanceof Error ? cause.message : String(cause)
  for (const [pattern, code, fix] of KINDS) if (pattern.test(text)) return new DbError(code, text, fix, cause)
  return cause
}

/** Less than this on the disk of the database, and a failed write is told as a full disk: LMDB may call it an I/O error. */
const FULL_BELOW_BYTES = 1024 * 1024

/** `diskError` for a write to `directory`. */
export function writeError(cause: unknown, directory: string): unknown {
  const error = diskError(cause)
  if (!(error instanceof DbError) || error.code !== 'db.io') return error
  const { bavail, bsize } = statfsSync(directory)
  return bavail * bsize < FULL_BELOW_BYTES ? diskError(new Error(`ENOSPC: ${error.message}`, { cause })) : error
}

/** By their texts: LMDB gives numbers of its own for some and the system's for others, and names for none. */
const KINDS: readonly (readonly [RegExp, ConstructorParameters<typeof DbError>[0], string])[] = [
  [
    /no space left|ENOSPC|quota exceeded|EDQUOT|file too large|EFBIG|MDB_MAP_FULL|cannot allocate memory/i,
    'db.disk-full',
    'free some space and start the node again; every block that was told as final is there',
  ],
  [
    /read-only file system|EROFS|permission denied|EACCES|operation not permitted|EPERM/i,
    'db.read-only',
    'make the base path writable for the user that the node runs as, and start it again',
  ],
  [
    /MDB_CORRUPTED|MDB_PAGE_NOTFOUND|MDB_INVALID|MDB_VERSION_MISMATCH|MDB_PANIC|not an LMDB file/i,
    'db.corrupt',
    RESTORE,
  ],
  // LMDB says the same when a write was cut short, as by a disk that is all but full.
  [
    /input\/output error|EIO|no such device|ENXIO/i,
    'db.io',
    'free some space if the disk or a quota is full, else look at the log of the operating system; then start the node again',
  ],
]

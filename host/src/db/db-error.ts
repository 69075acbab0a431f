/** What can be wrong with the node's database. Codes are stable: operators and supervisors match on them. */
import { CodedError } from '@pha/core/codec'

export type DbErrorCode =
  /** Written by another version of the node. */
  | 'db.format-unknown'
  /** The directory belongs to a chain with another genesis. */
  | 'db.other-genesis'
  /** The stored state does not have the state root of the stored head. */
  | 'db.state-root-mismatch'
  /** A record that must exist does not, or cannot be read. */
  | 'db.corrupt'
  /** The block does not follow the head, or another process wrote to this directory. */
  | 'db.head-moved'
  /** `--state-pruning` is neither `archive` nor a number. */
  | 'db.bad-pruning'
  /** The directory was made with the other kind of pruning. */
  | 'db.other-pruning'
  /** The disk, or the quota, is full. What was acknowledged before is there. */
  | 'db.disk-full'
  /** The disk or the directory cannot be written to. */
  | 'db.read-only'
  /** The operating system refused for another reason. */
  | 'db.io'
  /** A key of a block is empty or too long for a table. */
  | 'db.bad-key'

export class DbError extends CodedError<DbErrorCode> {
  override readonly name = 'DbError'

  constructor(code: DbErrorCode, detail: string, fix: string, cause?: unknown) {
    super(code, detail, { fix, cause })
  }
}

/** Why one contract stands still on this worker, while all others go on. */
import { CodedError } from '@pha/core/codec'

export type ReplicaErrorCode =
  /** Our result differs from what the majority settled, and no delta leads to theirs. */
  | 'replica.diverged'
  /** The keys for it are erased, here and everywhere: its epoch is closed. A snapshot of another replica leads on. */
  | 'replica.epoch-closed'
  /** Too many wait for replies of older batches, each of which may take a blob of the largest size. */
  | 'replica.busy'
  /** The newest snapshot, as hosts tell, is of a later view or under keys that are still on their way: worth a wait. */
  | 'replica.snapshot-ahead'

export class ReplicaError extends CodedError<ReplicaErrorCode> {
  override readonly name = 'ReplicaError'
}

/** Lies and failures of the host that the enclave notices while it follows the chain. */
import { CodedError } from '@pha/core/codec'
import type { SyncFailure } from '@pha/core/light-client'

export type SyncErrorCode =
  | SyncFailure
  /** Nodes are missing from a read proof, or were changed. */
  | 'sync.bad-proof'
  /** Messages of a topic are missing, or not in order. */
  | 'sync.topic-gap'
  /** Messages do not lead to the head that was proven from state. */
  | 'sync.topic-forged'
  /** Proven state shows a topic shorter than it was proven to be before: no chain does that. */
  | 'sync.topic-shrunk'
  /** Nothing is proven yet. */
  | 'sync.no-header'
  /** Proven bytes do not have the form that this build knows: the chain's runtime is newer than the enclave. */
  | 'sync.unknown-state'
  /** The host has code or a blob with another hash than the one asked for. */
  | 'sync.forged-content'
  | 'sync.missing-content'

export class SyncError extends CodedError<SyncErrorCode> {
  override readonly name = 'SyncError'
}

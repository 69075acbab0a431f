/** Why one contract stands still on this worker, while all others go on. */

export type ReplicaErrorCode =
  /** Our result differs from what the majority settled, and no delta leads to theirs. */
  'replica.diverged'

export class ReplicaError extends Error {
  override readonly name = 'ReplicaError'
  readonly code: ReplicaErrorCode

  constructor(code: ReplicaErrorCode, detail: string) {
    super(`${code}: ${detail}`)
    this.code = code
  }
}

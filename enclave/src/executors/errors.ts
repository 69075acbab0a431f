/**
 * What an executor throws: a broken promise of ours or of the machine under us, never something a contract did.
 *
 * A contract's misbehaviour is an `Outcome`. An `ExecutorError` must never be turned into one, since another
 * replica may not see it: the caller stops voting on the message instead.
 */
import { CodedError } from '@pha/core/codec'

export type ExecutorErrorCode =
  /** The engine's bytes are not the build this code was written for. */
  | 'executor.unknown-engine'
  /** The machine refused memory that is within the contract's bounds. */
  | 'executor.host-memory'
  /** The native stack ended before the metered one: the process was started with too small a stack. */
  | 'executor.native-stack'
  /** An argument is outside of the bounds in `limits.ts` that the caller has to check. */
  | 'executor.bad-invocation'
  /** The contract was disposed, or is being invoked from inside its own state access. */
  | 'executor.unavailable'
  /** The engine did what it never does: a bug of ours. */
  | 'executor.engine-fault'

export class ExecutorError extends CodedError<ExecutorErrorCode> {
  override readonly name = 'ExecutorError'
}

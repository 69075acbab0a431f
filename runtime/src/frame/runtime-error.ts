/** What the runtime tells the node when a call cannot be answered. Codes are stable. */
import { CodedError } from '@pha/core/codec'

export type RuntimeErrorCode =
  /** No such runtime method. */
  | 'runtime.unknown-method'
  /** The input is not what the method reads. */
  | 'runtime.bad-input'
  /** The block breaks a rule, or its header promises other roots than execution gives. */
  | 'runtime.invalid-block'
  /** The caller broke the order of block building, or a pallet has a bug. */
  | 'runtime.fault'

export class RuntimeError extends CodedError<RuntimeErrorCode> {
  override readonly name = 'RuntimeError'
}

/** Why an engine could not go on. Codes are stable. */
import { CodedError } from '@pha/core/codec'

export type EngineErrorCode =
  /** The application refuses the block that it has chosen itself: a bug of the application. */
  'engine.own-proposal-rejected'

export class EngineError extends CodedError<EngineErrorCode> {
  override readonly name = 'EngineError'
}

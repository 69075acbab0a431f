/** Why an engine could not go on. Codes are stable. */

export type EngineErrorCode =
  /** The application refuses the block that it has chosen itself: a bug of the application. */
  'engine.own-proposal-rejected'

export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: EngineErrorCode

  constructor(code: EngineErrorCode, detail: string) {
    super(`${code}: ${detail}`)
    this.code = code
  }
}

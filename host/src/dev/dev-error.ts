/** Why a development network cannot start. Codes are stable. */

export type DevErrorCode =
  /** The command line cannot be used. */
  | 'dev.bad-config'
  /** The folder holds a chain that allows other enclave builds than the ones given. */
  | 'dev.other-enclaves'
  /** The folder's description of its network cannot be read. */
  | 'dev.bad-data'
  /** A port is used by another process. */
  | 'dev.port-taken'
  /** The network did not become ready in time. */
  | 'dev.not-ready'
  /** The network was stopped before it was ready. */
  | 'dev.stopped'

export class DevError extends Error {
  override readonly name = 'DevError'
  readonly code: DevErrorCode
  /** What the person who asked can do. */
  readonly fix: string | undefined

  constructor(code: DevErrorCode, detail: string, fix?: string) {
    super(`${code}: ${detail}`)
    this.code = code
    this.fix = fix
  }
}

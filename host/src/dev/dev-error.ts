/** Why a development network cannot start. Codes are stable. */
import { CodedError } from '@pha/core/codec'

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

export class DevError extends CodedError<DevErrorCode> {
  override readonly name = 'DevError'

  constructor(code: DevErrorCode, detail: string, fix?: string) {
    super(code, detail, { fix })
  }
}

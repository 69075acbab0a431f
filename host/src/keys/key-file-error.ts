/** What can be wrong with a key file. Codes are stable: operators and supervisors match on them. */
import { CodedError } from '@pha/core/codec'

export type KeyFileErrorCode =
  /** There is no such file, or it cannot be read. */
  | 'keys.unreadable'
  /** Other users of the machine may read or change it. */
  | 'keys.open-to-others'
  /** It does not hold `0x` and 64 hexadecimal digits. */
  | 'keys.malformed'

/** Names the file, never what is in it. */
export class KeyFileError extends CodedError<KeyFileErrorCode> {
  override readonly name = 'KeyFileError'

  constructor(code: KeyFileErrorCode, detail: string, fix: string) {
    super(code, detail, { fix })
  }
}

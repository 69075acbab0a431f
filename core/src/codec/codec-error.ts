/** The one error of encoding and decoding. Codes are stable: tools and tests match on them. */
import { CodedError } from './coded-error.ts'

export type CodecErrorCode =
  | 'codec.unexpected-end'
  | 'codec.trailing-bytes'
  | 'codec.out-of-range'
  | 'codec.non-canonical-compact'
  | 'codec.bad-bool'
  | 'codec.bad-utf8'
  | 'codec.bad-float'
  | 'codec.unknown-tag'
  | 'codec.too-long'
  | 'codec.too-deep'
  | 'codec.unordered-keys'
  | 'codec.wrong-type'
  | 'codec.bad-text'

export class CodecError extends CodedError<CodecErrorCode> {
  override readonly name = 'CodecError'
}

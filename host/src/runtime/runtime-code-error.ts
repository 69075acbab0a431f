/** Why code under `:code`, or meant for it, is not a runtime that this node can run. Codes are stable. */
import { CodedError } from '@pha/core/codec'

export type RuntimeCodeErrorCode =
  /** The first line does not name a runtime of this host interface, or the code is too long or not UTF-8. */
  | 'runtime-code.unreadable'
  /** It uses words of the language that a runtime has no use for: `import`, `async`, `await`. */
  | 'runtime-code.forbidden-word'
  /** It does not parse, throws while it is loaded, or gives no runtime. */
  | 'runtime-code.not-a-runtime'

export class RuntimeCodeError extends CodedError<RuntimeCodeErrorCode> {
  override readonly name = 'RuntimeCodeError'
}

import { CodedError } from '@pha/core/codec'

/** A contract's coded refusal: the call has no effect and the caller, who alone can read it, learns why. */
export class ContractRejection extends CodedError<string> {
  protected static override readonly codeInMessage = false
  override readonly name = 'ContractRejection'
}

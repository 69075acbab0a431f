/** A contract's coded refusal: the call has no effect and the caller, who alone can read it, learns why. */
export class ContractRejection extends Error {
  override readonly name = 'ContractRejection'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

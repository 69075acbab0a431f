/** The base of errors that programs match on: a stable code, what happened, and what to do about it. */

interface CodedErrorOptions {
  readonly fix?: string | undefined
  readonly cause?: unknown
}

/**
 * A broken promise with a code of its own. Each class names its codes in a union; a code once given is never reused.
 * @example
 * export class DoorError extends CodedError<'door.locked' | 'door.missing'> {
 *   override readonly name = 'DoorError'
 * }
 * throw new DoorError('door.locked', 'the front door', { fix: 'ring the bell' }) // DoorError: door.locked: the front door
 */
export abstract class CodedError<Code extends string> extends Error {
  /** Whether `message` begins with the code; `false` where whoever shows the message shows the code beside it. */
  protected static readonly codeInMessage: boolean = true

  readonly code: Code
  /** What the reader can do about it, where that is known. */
  readonly fix: string | undefined

  constructor(code: Code, detail?: string, { fix, cause }: CodedErrorOptions = {}) {
    const parts = new.target.codeInMessage ? [code, detail] : [detail]
    super(parts.filter((part) => part !== undefined).join(': '), cause === undefined ? undefined : { cause })
    this.code = code
    this.fix = fix
  }
}

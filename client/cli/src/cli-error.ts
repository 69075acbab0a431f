import { CodedError } from '@pha/core/codec'

/** What a person at the terminal is told when something fails: a stable code, the cause, and what to do about it. */
export class CliError extends CodedError<string> {
  protected static override readonly codeInMessage = false
  override readonly name = 'CliError'

  constructor(code: string, message: string, fix?: string) {
    super(code, message, { fix })
  }
}

export interface FailureReport {
  readonly code: string
  readonly message: string
  readonly fix?: string
}

/** The report of any thrown value; errors of other zones bring `code` and sometimes `fix` themselves. */
export function describeFailure(error: unknown): FailureReport {
  const { code, message, fix } =
    error instanceof Error ? (error as Error & { code?: unknown; fix?: unknown }) : asError(error)
  const known = typeof code === 'string' ? stableCode(code) : 'cli.unexpected'
  return {
    code: known,
    // Errors of some zones begin with their code, which is shown beside it here.
    message: message.startsWith(`${known}: `) ? message.slice(known.length + 2) : message,
    ...(typeof fix === 'string' ? { fix } : {}),
  }
}

/** Node's own codes (`EISDIR`, `ERR_...`) are of the system's making; the message says what it was. */
function stableCode(code: string): string {
  return /^E[A-Z_]/.test(code) ? 'cli.system-failed' : code
}

function asError(error: unknown): Error & { code?: unknown; fix?: unknown } {
  return new Error(String(error))
}

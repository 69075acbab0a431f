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
  return {
    code: typeof code === 'string' ? code : 'cli.unexpected',
    message,
    ...(typeof fix === 'string' ? { fix } : {}),
  }
}

function asError(error: unknown): Error & { code?: unknown; fix?: unknown } {
  return new Error(String(error))
}

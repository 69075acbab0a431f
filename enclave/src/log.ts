/** Log lines on stderr, one JSON object each. Values are numbers, flags and short names: nothing here takes bytes. */

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

/** Only what cannot carry a secret by accident. Identities and hashes are passed as hexadecimal text. */
export type LogFields = { readonly [name: string]: string | number | bigint | boolean | undefined }

export interface Logger {
  error(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  debug(event: string, fields?: LogFields): void
}

/**
 * @param write takes one line, without its end
 * @example
 * const log = logger((line) => process.stderr.write(`${line}\n`), { tee: 'SIMULATED' })
 * log.info('worker registered', { block })
 */
export function logger(write: (line: string) => void, always: LogFields = {}): Logger {
  const at =
    (level: LogLevel) =>
    (event: string, fields: LogFields = {}): void => {
      // A block: what a stream's `write` returns is nobody's result.
      write(
        JSON.stringify({ level, event, ...always, ...fields }, (_, value) =>
          typeof value === 'bigint' ? `${value}` : value,
        ),
      )
    }
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') }
}

/** The stable code of an error, or its class: messages may quote input, so they stay out of logs. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.name : 'unknown'
}

/** Two ways to speak: text for people, one JSON document for machines (`--json`). */
import { toHex } from '@pha/core/codec'
import { describeFailure } from './cli-error.ts'

export interface Output {
  /** The result of a command: `text` for people, `data` for machines. */
  result(text: string, data: unknown): void
  /** Progress; never on stdout when a machine reads it. */
  progress(text: string): void
  failure(error: unknown): void
}

export function createOutput(json: boolean): Output {
  return {
    result: (text, data) => process.stdout.write(`${json ? stringify(data) : text}\n`),
    progress: (text) => (json ? process.stderr : process.stdout).write(`${text}\n`),
    failure(error) {
      const report = describeFailure(error)
      if (json) process.stdout.write(`${stringify({ error: report })}\n`)
      else
        process.stderr.write(`error ${report.code}: ${report.message}\n${report.fix ? `  fix: ${report.fix}\n` : ''}`)
    },
  }
}

/** JSON with bytes as hexadecimal text and large integers as decimal text. */
export function stringify(data: unknown): string {
  return JSON.stringify(data, (_, item: unknown) => {
    if (typeof item === 'bigint') return item.toString()
    return item instanceof Uint8Array ? toHex(item) : item
  })
}

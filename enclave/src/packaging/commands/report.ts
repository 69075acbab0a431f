/** What a command found: rows for people, the same as a JSON document for programs. */
import { toHex } from '@pha/core/codec'

export type Fact = string | number | Uint8Array
export interface Report {
  readonly [name: string]: Fact | Report
}

export function reportText(report: Report): string {
  const rows = rowsOf(report)
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')
}

export function reportJson(report: Report): string {
  return JSON.stringify(report, (_, item: unknown) => (item instanceof Uint8Array ? toHex(item) : item))
}

function rowsOf(report: Report, prefix = ''): readonly (readonly [name: string, value: string])[] {
  return Object.entries(report).flatMap(([name, value]) => {
    const path = `${prefix}${name}`
    if (value instanceof Uint8Array) return [[path, toHex(value)] as const]
    return typeof value === 'object' ? rowsOf(value, `${path}.`) : [[path, String(value)] as const]
  })
}

/** Comma-separated values as RFC 4180 has them, strictly: a quote that never closes is an error, not a guess. */

import { StatisticsError } from './errors.ts'

/**
 * Splits a text into records of fields.
 *
 * Fields may be quoted (`""` is one quote inside); records end with LF or CRLF, the last end may be missing. Values are
 * returned as written: no trimming, no types.
 *
 * @throws StatisticsError `columns.unterminated-quote`
 * @example parseCsv('"id","cat"\n1,0\n') // [['id', 'cat'], ['1', '0']]
 */
export function parseCsv(text: string): string[][] {
  const records: string[][] = []
  let record: string[] = []
  let at = 0
  while (at < text.length) {
    const field = text[at] === '"' ? quotedField(text, at) : plainField(text, at)
    record.push(field.value)
    at = field.end
    if (text[at] === ',') {
      at += 1
      if (at < text.length) continue
      record.push('')
    }
    records.push(record)
    record = []
    if (text[at] === '\r') at += 1
    if (text[at] === '\n') at += 1
  }
  return records
}

interface Field {
  readonly value: string
  /** Index of the comma, line end or end of text behind the field. */
  readonly end: number
}

function plainField(text: string, start: number): Field {
  let end = start
  while (end < text.length && text[end] !== ',' && text[end] !== '\n' && text[end] !== '\r') end += 1
  return { value: text.slice(start, end), end }
}

function quotedField(text: string, start: number): Field {
  let value = ''
  let at = start + 1
  while (at < text.length) {
    if (text[at] !== '"') value += text[at]
    else if (text[at + 1] === '"') {
      value += '"'
      at += 1
    } else if (isFieldEnd(text[at + 1])) return { value, end: at + 1 }
    else break
    at += 1
  }
  throw new StatisticsError('columns.unterminated-quote', 'a quoted field does not end where the field ends')
}

function isFieldEnd(character: string | undefined): boolean {
  return character === undefined || character === ',' || character === '\n' || character === '\r'
}

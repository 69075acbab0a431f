/**
 * The codebook: how a person's answers become a row of u16 codes, all rows of equal length.
 *
 * One rule for every column: `code = round(answer * 10^decimals)`, halves away from zero, where `decimals` belongs to the
 * column and is public. Yes/no answers and frequencies are integers (`decimals` 0), so they are their own codes; no answer
 * is code 65535. Order is kept, so "at least" means the same on codes as on answers.
 *
 * A dictionary of the distinct answers would be lossless, but with 54 people each having his own kilocalories it would
 * publish the very answers that the rows hide. `decimals` tells only the size of the column's largest answer.
 */

import { parseCsv } from './csv.ts'
import { StatisticsError } from './errors.ts'

/** The code of an answer that was not given. */
export const MISSING = 65_535

/** Finest step used: 10^-9. The smallest answers in the data set are around 10^-5. */
const MAX_DECIMALS = 9

export interface Column {
  readonly name: string
  /** Decimal places that a code keeps; negative when a code counts tens, hundreds, ... */
  readonly decimals: number
}

export interface Cohort {
  /** What the codes of a row stand for, in order. The identifier is not among them. */
  readonly columns: readonly Column[]
  /** One row of codes for each person, in the order of `ids`. */
  readonly rows: readonly (readonly number[])[]
  readonly ids: readonly string[]
}

/**
 * Reads the cohort's CSV: a header whose first name is `id`, then a line for each person.
 *
 * @throws StatisticsError `columns.*` for ragged lines, repeated names or ids, and answers that are not decimal numbers
 * @example const { columns, rows, ids } = parseCohortCsv('"id","cat","wine"\n7,1,0.25\n8,0,\n')
 * // columns: cat (decimals 0), wine (decimals 2); rows: [[1, 25], [0, 65535]]; ids: ['7', '8']
 */
export function parseCohortCsv(text: string): Cohort {
  const [header = [], ...lines] = parseCsv(text)
  if (header[0] !== 'id') throw new StatisticsError('columns.no-id-column', 'the first column is not "id"')
  refuseRepeated(header, 'columns.duplicate-name')
  for (const [index, line] of lines.entries()) {
    if (line.length === header.length) continue
    throw new StatisticsError('columns.ragged-row', `line ${index + 2}: ${line.length} fields, not ${header.length}`)
  }
  const ids = lines.map((line) => line[0] ?? '')
  refuseRepeated(ids, 'columns.duplicate-id')
  const columns = header.slice(1).map((name, index) =>
    describe(
      name,
      lines.map((line) => line[index + 1] ?? ''),
    ),
  )
  const rows = lines.map((line) => columns.map((column, index) => encodeAnswer(column, line[index + 1] ?? '')))
  return { columns, rows, ids }
}

/**
 * Turns one answer, as text, into its code: what an owner's client does, with nobody else's answers at hand.
 *
 * @param answer a decimal number such as `3`, `0.25` or `7.66e-05`; empty for no answer
 * @throws StatisticsError `columns.not-a-number`, or `columns.out-of-range` when the code would not fit below 65535
 * @example encodeAnswer({ name: 'dt_fibe', decimals: 2 }, '11.37') // 1137
 */
export function encodeAnswer(column: Column, answer: string): number {
  if (answer === '') return MISSING
  const { digits, exponent } = parseDecimal(column.name, answer)
  const code = scale(digits, exponent + column.decimals)
  if (code < BigInt(MISSING)) return Number(code)
  throw new StatisticsError('columns.out-of-range', `an answer in "${column.name}" is too large for the codebook`)
}

/**
 * Finds the place of a column in every row.
 *
 * @throws StatisticsError `columns.unknown-name`
 * @example columnIndex(columns, 'cancer') // 0
 */
export function columnIndex(columns: readonly Column[], name: string): number {
  const index = columns.findIndex((column) => column.name === name)
  if (index >= 0) return index
  throw new StatisticsError('columns.unknown-name', `no column is named "${name}"`)
}

/** As many decimals as the answers have, or as still let the largest answer fit below 65535. */
function describe(name: string, answers: readonly string[]): Column {
  const values = answers.filter((answer) => answer !== '').map((answer) => parseDecimal(name, answer))
  let decimals = Math.min(MAX_DECIMALS, Math.max(0, ...values.map(({ exponent }) => -exponent)))
  const fits = () => values.every(({ digits, exponent }) => scale(digits, exponent + decimals) < BigInt(MISSING))
  while (!fits()) decimals -= 1
  return { name, decimals }
}

interface Decimal {
  /** The value is `digits * 10^exponent`. */
  readonly digits: bigint
  readonly exponent: number
}

// At most 20 digits and two exponent digits: bounds the work that one cell can cause.
const DECIMAL = /^(\d{1,10})(?:\.(\d{1,10}))?(?:e([+-]?\d{1,2}))?$/

function parseDecimal(column: string, answer: string): Decimal {
  const parts = DECIMAL.exec(answer)
  // The answer itself stays out of the message: errors are read by more people than rows are.
  if (parts === null)
    throw new StatisticsError('columns.not-a-number', `an answer in "${column}" is not a decimal number`)
  const [, whole = '', part = '', power = '0'] = parts
  return { digits: BigInt(whole + part), exponent: Number(power) - part.length }
}

/** `digits * 10^power` to the nearest integer, halves upward. */
function scale(digits: bigint, power: number): bigint {
  if (power >= 0) return digits * 10n ** BigInt(power)
  const divisor = 10n ** BigInt(-power)
  return (digits + divisor / 2n) / divisor
}

function refuseRepeated(names: readonly string[], code: 'columns.duplicate-name' | 'columns.duplicate-id'): void {
  if (new Set(names).size !== names.length) throw new StatisticsError(code, 'the same name stands twice')
}

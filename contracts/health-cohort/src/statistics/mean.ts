/** The mean of a column's codes over a group: sum and count, so the exact value is never lost. */

import { MISSING } from './columns.ts'
import { StatisticsError } from './errors.ts'
import { type Fraction, fraction, toDecimal } from './fraction.ts'
import { type Person, type Split, selects } from './split.ts'

/** Who is averaged, who of the same question is not, and the answers of the former. */
export interface MeanGroups {
  readonly selected: readonly number[]
  readonly others: readonly number[]
  /** Codes of the selected people, in their order. */
  readonly codes: readonly number[]
}

export interface ExactMean {
  readonly people: number
  readonly sum: bigint
  /** Mean of the codes; divide by 10^decimals of the column for the unit of the questionnaire. */
  readonly fraction: Fraction
  readonly decimal: string
}

/**
 * Gathers the answers in a column of the people that a split selects, or of everybody when none is given.
 * People who lack the answer, or the one that the split asks for, count nowhere.
 *
 * @throws StatisticsError `split.unknown-column`
 * @example const { codes } = gatherMean(people, FIBRE, { column: DIABETES, test: 'equals', code: 1 })
 */
export function gatherMean(people: Iterable<Person>, column: number, among?: Split): MeanGroups {
  const selected: number[] = []
  const others: number[] = []
  const codes: number[] = []
  for (const { slot, answers } of people) {
    const code = answers[column]
    if (code === undefined) throw new StatisticsError('split.unknown-column', `a row has no column ${column}`)
    const side = among === undefined ? true : selects(among, answers)
    if (code === MISSING || side === undefined) continue
    if (side) codes.push(code)
    ;(side ? selected : others).push(slot)
  }
  return { selected, others, codes }
}

/**
 * Averages codes exactly.
 *
 * @throws StatisticsError `fraction.out-of-range` when there are none
 * @example exactMean([1, 2, 2]).decimal // '1.66666666667'
 */
export function exactMean(codes: readonly number[]): ExactMean {
  const sum = codes.reduce((total, code) => total + BigInt(code), 0n)
  const mean = fraction(sum, BigInt(codes.length))
  return { people: codes.length, sum, fraction: mean, decimal: toDecimal(mean) }
}

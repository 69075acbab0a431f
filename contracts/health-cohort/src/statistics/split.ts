/** Splitting people by their answers: who is in, who is out, and who gave no answer and so counts nowhere. */

import { MISSING } from './columns.ts'
import { StatisticsError } from './errors.ts'
import type { TwoByTwo } from './two-by-two.ts'

/** One owner's row. `slot` is the small number that the contract gave him when he first contributed. */
export interface Person {
  readonly slot: number
  readonly answers: ArrayLike<number>
}

/** A yes/no question to a row: the answer in `column` equals, or is at least, a code of the codebook. */
export interface Split {
  readonly column: number
  readonly test: 'equals' | 'atLeast'
  readonly code: number
}

/** The slots of the people on each side of one split. */
export interface SplitGroups {
  readonly selected: readonly number[]
  readonly others: readonly number[]
}

/** The slots of the people in each cell of a 2x2 table. */
export interface TableGroups {
  readonly exposedIll: readonly number[]
  readonly exposedWell: readonly number[]
  readonly unexposedIll: readonly number[]
  readonly unexposedWell: readonly number[]
}

/**
 * Tells on which side of a split a row falls; `undefined` when the answer is missing.
 *
 * @throws StatisticsError `split.unknown-column`
 * @example selects({ column: 0, test: 'atLeast', code: 3 }, [5]) // true
 */
export function selects({ column, test, code }: Split, answers: ArrayLike<number>): boolean | undefined {
  const answer = answers[column]
  if (answer === undefined) throw new StatisticsError('split.unknown-column', `a row has no column ${column}`)
  if (answer === MISSING) return undefined
  return test === 'equals' ? answer === code : answer >= code
}

/**
 * Parts people by one split, leaving out those without an answer.
 *
 * @throws StatisticsError `split.unknown-column`
 * @example splitPeople(people, { column: CAT, test: 'equals', code: 1 }).selected.length // cat owners
 */
export function splitPeople(people: Iterable<Person>, split: Split): SplitGroups {
  const selected: number[] = []
  const others: number[] = []
  for (const { slot, answers } of people) {
    const side = selects(split, answers)
    if (side !== undefined) (side ? selected : others).push(slot)
  }
  return { selected, others }
}

/**
 * Parts people into the four cells of exposure against illness, leaving out those who lack either answer.
 *
 * @throws StatisticsError `split.unknown-column`
 * @example const table = countTable(crossPeople(people, exposure, illness))
 */
export function crossPeople(people: Iterable<Person>, exposure: Split, illness: Split): TableGroups {
  const cells: Record<keyof TableGroups, number[]> = {
    exposedIll: [],
    exposedWell: [],
    unexposedIll: [],
    unexposedWell: [],
  }
  for (const { slot, answers } of people) {
    const exposed = selects(exposure, answers)
    const ill = selects(illness, answers)
    if (exposed === undefined || ill === undefined) continue
    if (exposed) (ill ? cells.exposedIll : cells.exposedWell).push(slot)
    else (ill ? cells.unexposedIll : cells.unexposedWell).push(slot)
  }
  return cells
}

/**
 * Counts the people in each cell.
 *
 * @example countTable({ exposedIll: [0, 4], exposedWell: [1], unexposedIll: [], unexposedWell: [2] }).exposedIll // 2
 */
export function countTable(groups: TableGroups): TwoByTwo {
  return {
    exposedIll: groups.exposedIll.length,
    exposedWell: groups.exposedWell.length,
    unexposedIll: groups.unexposedIll.length,
    unexposedWell: groups.unexposedWell.length,
  }
}

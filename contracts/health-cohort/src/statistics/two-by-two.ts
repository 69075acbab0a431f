/** The 2x2 table of a study: how many people were exposed or not, and fell ill or stayed well. */

import { StatisticsError } from './errors.ts'

export interface TwoByTwo {
  readonly exposedIll: number
  readonly exposedWell: number
  readonly unexposedIll: number
  readonly unexposedWell: number
}

export interface Margins {
  readonly exposed: number
  readonly unexposed: number
  readonly ill: number
  readonly well: number
  readonly people: number
}

/** Most owners a contract holds: bounds sets of people and the exact test (binomials of some thousand bits). */
export const MAX_PEOPLE = 4_096

/**
 * Sums a table's rows and columns.
 *
 * @throws StatisticsError `table.not-a-count`
 * @example marginsOf({ exposedIll: 3, exposedWell: 1, unexposedIll: 1, unexposedWell: 3 }).people // 8
 */
export function marginsOf({ exposedIll, exposedWell, unexposedIll, unexposedWell }: TwoByTwo): Margins {
  for (const count of [exposedIll, exposedWell, unexposedIll, unexposedWell]) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new StatisticsError('table.not-a-count', 'a cell is not a whole number of people')
    }
  }
  const people = exposedIll + exposedWell + unexposedIll + unexposedWell
  return {
    exposed: exposedIll + exposedWell,
    unexposed: unexposedIll + unexposedWell,
    ill: exposedIll + unexposedIll,
    well: exposedWell + unexposedWell,
    people,
  }
}

/**
 * What an answer tells about, as sets of people: the form in which questions are compared and remembered.
 *
 * A question is not known by its words but by the groups it counts. Complementing a predicate, swapping exposure and
 * illness, or another column that selects the same people all give the same sets, so rewording buys an attacker nothing.
 */

import type { MeanGroups } from '../statistics/mean.ts'
import type { SplitGroups, TableGroups } from '../statistics/split.ts'
import { type PeopleSet, peopleSet } from './people-set.ts'

export interface AnswerGroups {
  /** Everybody the answer counts. */
  readonly population: PeopleSet
  /** Each group whose size or sum the answer gives: cells and margins. At most 8. */
  readonly groups: readonly PeopleSet[]
  /** Whether the answer adds up what people of a group answered, and does not only count them. */
  readonly tellsSums: boolean
}

/**
 * The groups of a 2x2 table: four cells and four margins.
 *
 * @example const asked = groupsOfTable(crossPeople(people, exposure, illness))
 */
export function groupsOfTable(cells: TableGroups): AnswerGroups {
  const exposedIll = peopleSet(cells.exposedIll)
  const exposedWell = peopleSet(cells.exposedWell)
  const unexposedIll = peopleSet(cells.unexposedIll)
  const unexposedWell = peopleSet(cells.unexposedWell)
  const margins = [
    exposedIll | exposedWell,
    unexposedIll | unexposedWell,
    exposedIll | unexposedIll,
    exposedWell | unexposedWell,
  ]
  return {
    population: exposedIll | exposedWell | unexposedIll | unexposedWell,
    groups: [exposedIll, exposedWell, unexposedIll, unexposedWell, ...margins],
    tellsSums: false,
  }
}

/**
 * The groups of a count: who is selected, and who is not (the population's size is public, so a count tells both).
 *
 * @example const asked = groupsOfCount(splitPeople(people, split))
 */
export function groupsOfCount({ selected, others }: SplitGroups): AnswerGroups {
  const groups = [peopleSet(selected), peopleSet(others)]
  return { population: groups.reduce((all, group) => all | group, 0n), groups, tellsSums: false }
}

/**
 * The groups of a mean: like a count (with the mean of everybody, it tells that of the others too), but when everybody is
 * averaged, everybody is the one group.
 *
 * @example const asked = groupsOfMean(gatherMean(people, column, among))
 */
export function groupsOfMean({ selected, others }: MeanGroups): AnswerGroups {
  if (others.length > 0) return { ...groupsOfCount({ selected, others }), tellsSums: true }
  const everybody = peopleSet(selected)
  return { population: everybody, groups: [everybody], tellsSums: true }
}

/**
 * The threshold rule: nothing is said about fewer than five people.
 *
 * A refusal names the rule, never the cell or its size. It still tells that some group is small; see `differencing.ts`
 * for what these rules do not stop.
 */

import { marginsOf, type TwoByTwo } from '../statistics/two-by-two.ts'
import type { AnswerGroups } from './answer-groups.ts'
import { hasFewerThan } from './people-set.ts'

/** The least number of people that an answer may single out (0 is fewer: "none of them is ill" tells it of each). */
export const MINIMUM_GROUP = 5

export type SmallGroupVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: 'GroupTooSmall' }
export type MeanVerdict = SmallGroupVerdict | { readonly ok: false; readonly reason: 'NotAQuantity' }

/**
 * Refuses a table of which any cell or margin counts fewer than `MINIMUM_GROUP` people.
 *
 * @throws StatisticsError `table.not-a-count`
 * @example refuseSmallGroups({ exposedIll: 9, exposedWell: 4, unexposedIll: 20, unexposedWell: 21 }) // GroupTooSmall
 */
export function refuseSmallGroups(table: TwoByTwo): SmallGroupVerdict {
  const { exposedIll, exposedWell, unexposedIll, unexposedWell } = table
  const { exposed, unexposed, ill, well } = marginsOf(table)
  const counts = [exposedIll, exposedWell, unexposedIll, unexposedWell, exposed, unexposed, ill, well]
  return counts.every((count) => count >= MINIMUM_GROUP) ? { ok: true } : { ok: false, reason: 'GroupTooSmall' }
}

/**
 * The same rule on the sets of people of any answer.
 *
 * @example refuseSmallSets(groupsOfCount(splitPeople(people, split)))
 */
export function refuseSmallSets({ groups }: AnswerGroups): SmallGroupVerdict {
  const small = groups.some((group) => hasFewerThan(group, MINIMUM_GROUP))
  return small ? { ok: false, reason: 'GroupTooSmall' } : { ok: true }
}

/**
 * Refuses a mean that is a small count in disguise.
 *
 * The mean of a yes/no answer is a count that the rules on counts would not see: two different codes are `NotAQuantity`
 * (ask for a count or a table). And when fewer than `MINIMUM_GROUP` people differ from the commonest answer, the sum is
 * theirs: `GroupTooSmall`. It does not stop dominance: one very large answer can be guessed from a sum.
 *
 * @example refuseMeanOf([0, 1, 1, 0]) // NotAQuantity
 */
export function refuseMeanOf(codes: readonly number[]): MeanVerdict {
  const peopleByCode = new Map<number, number>()
  for (const code of codes) peopleByCode.set(code, (peopleByCode.get(code) ?? 0) + 1)
  const commonest = Math.max(0, ...peopleByCode.values())
  if (codes.length - commonest < MINIMUM_GROUP) return { ok: false, reason: 'GroupTooSmall' }
  return peopleByCode.size > 2 ? { ok: true } : { ok: false, reason: 'NotAQuantity' }
}

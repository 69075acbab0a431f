/**
 * The differencing guard: no answer that, subtracted from one already given, is an answer about 1 to 4 people.
 *
 * Every answer given is remembered as sets of people (`answer-groups.ts`). For an earlier answer and a new one, `shared`
 * are the people both count and `moved` those only one counts (who withdrew or joined meanwhile; who that is must be taken
 * as known: the chain shows who sent a command and when). A pair of groups, one from each, is refused
 *
 * - `Differencing`, when among the shared people the groups differ by 1 to 4: neighbouring thresholds, a column that
 *   nearly repeats another;
 * - `Differencing`, when they are the same among the shared people and 1 to 4 people moved: the same question, or one
 *   that shares a side with it, before and after those few withdrew;
 * - `UnanimousDifference`, when five or more moved, and all of them sit in that group: the difference would tell the
 *   same of each of them (all five who left were ill);
 * - `Differencing`, when both tell sums and the groups differ by 1 to 4 people in all, moved or not: the difference of two
 *   means would be the answers of those few. (So a mean over part of the people is asked again only when five of
 *   that part moved, and five of the rest.)
 *
 * Five or more who moved and are divided by the question are accepted. The difference of the two answers is then a table
 * of those people, whose cells may be small: it says how many of the five were ill, not which.
 *
 * Rows must not change once an answer used them (`contract.ts` refuses it): sets of people do not show what they answered.
 *
 * What this does not stop, and cannot by comparing pairs:
 * - sums and differences of three or more answers (with enough of them, reconstruction: Dinur and Nissim 2003). Only
 *   noise or a small budget of questions helps; `MAX_ANSWERED` bounds memory, it is no such budget;
 * - an analyst who knows rows: his own, or those of owners he controls. Five people of which four are his are one;
 * - what a refusal itself tells (some group is small, or nearly one already asked);
 * - two analysts are treated as one, on purpose: they can talk.
 */

import type { AnswerGroups } from './answer-groups.ts'
import { hasFewerThan, type PeopleSet } from './people-set.ts'
import { MINIMUM_GROUP, refuseSmallSets } from './small-groups.ts'

/** Each answer is compared with all earlier ones, at most 64 pairs of groups each: bounds a job's time and the state. */
export const MAX_ANSWERED = 256

export type RefusalReason = 'GroupTooSmall' | 'Differencing' | 'UnanimousDifference' | 'QuestionBudgetExhausted'

export type Admission =
  /** `remember` is to be appended to the answered list before the answer leaves; undefined when it says nothing new. */
  | { readonly ok: true; readonly remember: AnswerGroups | undefined }
  | { readonly ok: false; readonly reason: RefusalReason }

/**
 * Decides whether an answer may be given after those already given.
 *
 * An answer whose population and groups an earlier one had is given again: it is the same answer.
 *
 * @param answered what earlier admissions said to remember, in any order
 * @param asked the groups that the new answer would tell about
 * @example
 * const asked = groupsOfTable(crossPeople(people, exposure, illness))
 * const admission = admitAnswer(answered, asked)
 * if (!admission.ok) throw errors[admission.reason]()
 * if (admission.remember) answered.push(admission.remember)
 */
export function admitAnswer(answered: readonly AnswerGroups[], asked: AnswerGroups): Admission {
  const size = refuseSmallSets(asked)
  if (!size.ok) return size
  if (answered.some((earlier) => tellsAll(earlier, asked))) return { ok: true, remember: undefined }
  for (const earlier of answered) {
    const reason = clash(earlier, asked)
    if (reason !== undefined) return { ok: false, reason }
  }
  if (answered.length >= MAX_ANSWERED) return { ok: false, reason: 'QuestionBudgetExhausted' }
  return { ok: true, remember: asked }
}

function tellsAll(earlier: AnswerGroups, asked: AnswerGroups): boolean {
  return (
    earlier.population === asked.population &&
    (earlier.tellsSums || !asked.tellsSums) &&
    asked.groups.every((group) => earlier.groups.includes(group))
  )
}

function clash(earlier: AnswerGroups, asked: AnswerGroups): 'Differencing' | 'UnanimousDifference' | undefined {
  const shared = earlier.population & asked.population
  const moved = earlier.population ^ asked.population
  const bothTellSums = earlier.tellsSums && asked.tellsSums
  for (const before of earlier.groups) {
    for (const after of asked.groups) {
      if (bothTellSums && before !== after && hasFewerThan(before ^ after, MINIMUM_GROUP)) return 'Differencing'
      const differing = (before ^ after) & shared
      if (differing !== 0n) {
        if (hasFewerThan(differing, MINIMUM_GROUP)) return 'Differencing'
      } else if (moved !== 0n) {
        if (hasFewerThan(moved, MINIMUM_GROUP)) return 'Differencing'
        const everybody = before === earlier.population && after === asked.population
        if (!everybody && contains(before | after, moved)) return 'UnanimousDifference'
      }
    }
  }
  return undefined
}

function contains(set: PeopleSet, part: PeopleSet): boolean {
  return (set & part) === part
}

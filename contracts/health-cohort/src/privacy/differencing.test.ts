import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  type Admission,
  type AnswerGroups,
  admitAnswer,
  groupsOfCount,
  groupsOfMean,
  groupsOfTable,
  MAX_ANSWERED,
  MINIMUM_GROUP,
  type PeopleSet,
} from './index.ts'

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)
const without = (slots: readonly number[], ...gone: number[]) => slots.filter((slot) => !gone.includes(slot))

/** 40 people: exposed are 0 to 19, ill are 10 to 29; ten in each cell. */
function table(...gone: number[]): AnswerGroups {
  return groupsOfTable({
    exposedIll: without(range(10, 20), ...gone),
    exposedWell: without(range(0, 10), ...gone),
    unexposedIll: without(range(20, 30), ...gone),
    unexposedWell: without(range(30, 40), ...gone),
  })
}

const count = (selected: readonly number[], people = range(0, 40)) =>
  groupsOfCount({ selected: selected.filter((slot) => people.includes(slot)), others: without(people, ...selected) })
const meanOf = (selected: readonly number[], others: readonly number[] = []) =>
  groupsOfMean({ selected, others, codes: [] })

const reason = (admission: Admission) => (admission.ok ? 'answered' : admission.reason)
const after = (earlier: AnswerGroups, asked: AnswerGroups) => reason(admitAnswer([earlier], asked))

describe('the differencing guard', () => {
  it('gives the same answer about the same people again, and remembers it once', () => {
    deepEqual(admitAnswer([], table()), { ok: true, remember: table() })
    deepEqual(admitAnswer([table()], table()), { ok: true, remember: undefined })
  })

  it('refuses the question again when 1 to 4 people left or joined, and answers when 5 did', () => {
    const leaving = [0, 10, 20, 30, 1] // not all alike
    for (const people of [1, 2, 3, 4]) {
      equal(after(table(), table(...leaving.slice(0, people))), 'Differencing')
      equal(after(table(...leaving.slice(0, people)), table()), 'Differencing')
    }
    equal(after(table(), table(...leaving)), 'answered')
    equal(after(table(...leaving), table()), 'answered')
  })

  it('counts people who moved, not the difference of sizes: 2 out and 2 in are 4', () => {
    equal(after(table(0, 20), table(1, 21)), 'Differencing')
    equal(after(table(0, 20, 30), table(1, 21, 31)), 'answered')
  })

  it('compares with every earlier answer, so leaving one by one does not help', () => {
    const answered = [table(), table(0, 10, 20, 30, 1)]
    equal(reason(admitAnswer(answered, table(0, 10, 20, 30, 1, 11))), 'Differencing')
    equal(reason(admitAnswer(answered, table(0, 10, 20, 30, 1, 11, 21, 31, 2, 12))), 'answered')
  })

  it('refuses when the five who left are all alike: the difference would tell it of each', () => {
    equal(after(table(), table(0, 1, 2, 3, 4)), 'UnanimousDifference') // all exposed and well
    equal(after(table(), table(0, 1, 10, 11, 12)), 'UnanimousDifference') // all exposed
    equal(after(table(), table(0, 1, 2, 30, 31)), 'UnanimousDifference') // all well
  })

  it('is not fooled by swapped sides, complements, or a table, count and mean of the same side', () => {
    const gone = [0, 10]
    const swapped = groupsOfTable({
      exposedIll: without(range(30, 40), ...gone),
      exposedWell: without(range(0, 10), ...gone),
      unexposedIll: without(range(20, 30), ...gone),
      unexposedWell: without(range(10, 20), ...gone),
    })
    const left = without(range(0, 40), ...gone)
    equal(after(table(), swapped), 'Differencing')
    equal(after(table(), count(range(20, 40), left)), 'Differencing')
    equal(after(count(range(0, 20)), table(...gone)), 'Differencing')
    equal(after(table(), meanOf(without(range(0, 20), ...gone), range(20, 40))), 'Differencing')
  })

  it('refuses a neighbouring threshold that moves 1 to 4 people, also after others left', () => {
    for (const moved of [1, 2, 3, 4]) equal(after(count(range(0, 20)), count(range(0, 20 + moved))), 'Differencing')
    equal(after(count(range(0, 20)), count(range(0, 25))), 'answered')
    const left = without(range(0, 40), 0, 1, 2, 37, 38, 39)
    equal(after(count(range(0, 20)), count(range(0, 23), left)), 'Differencing')
    equal(after(count(range(0, 20)), count(range(0, 20), left)), 'answered')
  })

  it('refuses the mean of everybody after 1 to 4 left, answers after 5', () => {
    equal(after(meanOf(range(0, 40)), meanOf(range(0, 37))), 'Differencing')
    equal(after(meanOf(range(0, 40)), meanOf(range(0, 35))), 'answered')
  })

  it('refuses the mean of a part when five left but 1 to 4 of that part or of the rest, answers when five of both', () => {
    const part = (...gone: number[]) => meanOf(without(range(0, 20), ...gone), without(range(20, 40), ...gone))
    equal(after(part(), part(0, 1, 20, 21, 22)), 'Differencing')
    equal(after(part(), part(0, 1, 2, 3, 4, 20)), 'Differencing')
    equal(after(part(), part(0, 1, 2, 3, 4, 20, 21, 22, 23, 24)), 'answered')
  })

  it('remembers a mean of people whom a table had counted, for it tells more', () => {
    const mean = meanOf(range(0, 20), range(20, 40))
    deepEqual(admitAnswer([table()], mean), { ok: true, remember: mean })
    deepEqual(admitAnswer([mean], mean), { ok: true, remember: undefined })
  })

  it('answers another question after a few left, for it tells nothing of them', () => {
    const evens = range(0, 40).filter((slot) => slot % 2 === 0)
    equal(after(table(), count(evens, without(range(0, 40), 0, 11))), 'answered')
  })

  it('refuses small groups first, and everything new when its memory is full', () => {
    equal(reason(admitAnswer([], count(range(0, 36)))), 'GroupTooSmall')
    const full = Array.from({ length: MAX_ANSWERED }, () => table())
    equal(reason(admitAnswer(full, table())), 'answered')
    equal(reason(admitAnswer(full, count(range(5, 25)))), 'QuestionBudgetExhausted')
  })
})

describe('an attacker who subtracts any two answers', () => {
  // 24 owners with four random answers each; he asks for every threshold of every column and every pair of columns, in
  // any order, while owners withdraw. He wins with a number that is about 1 to 4 people, or tells a fact of each of more.
  const rows = fc.array(fc.tuple(fc.nat(3), fc.nat(3), fc.nat(1), fc.nat(1)), { minLength: 24, maxLength: 24 })
  const question = fc.record({
    columns: fc.tuple(fc.nat(3), fc.nat(3)),
    thresholds: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    leaving: fc.option(fc.nat(23), { freq: 3 }),
    mean: fc.boolean(),
  })

  it('learns of no one and of no group below five', () => {
    fc.assert(
      fc.property(rows, fc.array(question, { minLength: 5, maxLength: 40 }), (answers, questions) => {
        let people = range(0, 24)
        const answered: AnswerGroups[] = []
        for (const { columns, thresholds, leaving, mean } of questions) {
          if (leaving !== null) people = without(people, leaving)
          const isIn = (slot: number, side: 0 | 1) => (answers[slot]?.[columns[side]] ?? 0) >= thresholds[side]
          const cell = (first: boolean, second: boolean) =>
            people.filter((slot) => isIn(slot, 0) === first && isIn(slot, 1) === second)
          const sides = {
            selected: people.filter((slot) => isIn(slot, 0)),
            others: people.filter((slot) => !isIn(slot, 0)),
          }
          const asked =
            columns[0] === columns[1]
              ? mean
                ? groupsOfMean({ ...sides, codes: [] })
                : groupsOfCount(sides)
              : groupsOfTable({
                  exposedIll: cell(true, true),
                  exposedWell: cell(true, false),
                  unexposedIll: cell(false, true),
                  unexposedWell: cell(false, false),
                })
          const admission = admitAnswer(answered, asked)
          if (admission.ok && admission.remember !== undefined) answered.push(admission.remember)
        }
        for (const one of answered) for (const other of answered) assertNothingLearnt(one, other)
      }),
      { numRuns: 200 },
    )
  })
})

function assertNothingLearnt(one: AnswerGroups, other: AnswerGroups): void {
  const size = (set: PeopleSet) => set.toString(2).replaceAll('0', '').length
  // Who is in a population is public, so he knows this set by name.
  const moved = one.population ^ other.population
  for (const group of one.groups) {
    equal(size(group) >= MINIMUM_GROUP, true)
    for (const part of other.groups) {
      const rest = group & ~part
      const nested = (part & ~group) === 0n
      if (nested && one.tellsSums && other.tellsSums) equal(rest === 0n || size(rest) >= MINIMUM_GROUP, true)
      // part within group over the same people: the difference of the two counts is the size of the rest
      if (nested && moved === 0n) equal(rest === 0n || size(rest) >= MINIMUM_GROUP, true)
      // the same group but for known people who left: the difference is how many of those were in it
      if (nested && rest !== 0n && (rest & ~moved) === 0n) {
        equal(size(moved) >= MINIMUM_GROUP, true)
        equal(rest === moved, false)
      }
    }
  }
}

/** The whole contract against the recomputation and a second reading of its rules, on questions that nobody chose. */
import { deepEqual, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { ContractRejection } from '@pha/contract'
import { deployForTest } from '@pha/contract/testing'
import { blake2b256 } from '@pha/core/crypto'
import fc from 'fast-check'
import { HealthCohort } from '../src/contract.ts'
import type * as shape from '../src/shapes.ts'
import { parseCohortCsv } from '../src/statistics/index.ts'
import { type Ratio, recompute } from './recompute.ts'
import type { NamedSplit, StudyQuestion } from './study-questions.ts'

const csv = readFileSync(new URL('../data/food-frequency.csv', import.meta.url), 'utf8')
const { columns, rows, ids } = parseCohortCsv(csv)
const account = (name: string): Uint8Array => blake2b256(new TextEncoder().encode(name))
const analyst = account('analyst')

/** Answers as the data set writes them, by column and person. */
const [header = '', ...lines] = csv.trim().split(/\r?\n/)
const names = header.replaceAll('"', '').split(',')
const answers = new Map(
  names.map((name, place) => [name, new Map(lines.map((line) => [line.split(',')[0], line.split(',')[place] ?? '']))]),
)
const answerOf = (id: string, column: string): string => answers.get(column)?.get(id) ?? ''

/** Elsewhere a code is a rounded answer, and the two sides differ by rounding. */
const wholeColumns = names.slice(1).filter((name) => ids.every((id) => /^\d*$/.test(answerOf(id, name))))

describe('the contract on random questions', () => {
  it('answers with the recomputed numbers or refuses for a rule that holds, whoever withdrew before', async () => {
    const seen = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof({ weight: 5, arbitrary: question }, withdrawal), { maxLength: 14 }), (steps) =>
        tell(steps, seen),
      ),
      { numRuns: 62, examples: [[neighbours], [unanimous], [few], [yesOrNo]] },
    )
    for (const reason of ['answered', 'GroupTooSmall', 'Differencing', 'UnanimousDifference', 'NotAQuantity'])
      ok((seen.get(reason) ?? 0) > 0, `${reason} never happened: ${JSON.stringify([...seen])}`)
  })
})

const split: fc.Arbitrary<NamedSplit> = fc
  .record({ column: fc.constantFrom(...wholeColumns), test: fc.constantFrom('equals', 'atLeast'), at: fc.nat(53) })
  .map(({ column, test, at }) => {
    const given = ids.map((id) => answerOf(id, column)).filter((answer) => answer !== '')
    return { column, test, answer: given.sort((a, b) => Number(a) - Number(b))[at % given.length] ?? '0' } as const
  })
const question: fc.Arbitrary<StudyQuestion> = fc.oneof(
  fc.record({ kind: fc.constant('association' as const), exposure: split, illness: split }),
  fc.record({ kind: fc.constant('count' as const), split }),
  fc.record({ kind: fc.constant('mean' as const), column: fc.constantFrom(...wholeColumns), among: split }),
  fc.record({ kind: fc.constant('mean' as const), column: fc.constantFrom(...wholeColumns) }),
)
const withdrawal = fc.subarray([...ids], { minLength: 1, maxLength: 7 }).map((withdraw) => ({ withdraw }))

type Step = StudyQuestion | { readonly withdraw: readonly string[] }

const soda = (answer: string): StudyQuestion => ({
  kind: 'count',
  split: { column: 'sodafreq', test: 'atLeast', answer },
})
/** Three people answered 6. */
const neighbours: Step[] = [soda('6'), soda('7')]
const cat: StudyQuestion = { kind: 'count', split: { column: 'cat', test: 'equals', answer: '1' } }
/** The three of the neighbouring questions, asked for directly. */
const few: Step[] = [{ kind: 'count', split: { column: 'sodafreq', test: 'equals', answer: '6' } }]
/** A mean that would be a count. */
const yesOrNo: Step[] = [{ kind: 'mean', column: 'cat' }]
/** Five who have no cat. */
const unanimous: Step[] = [cat, { withdraw: ids.filter((id) => answerOf(id, 'cat') === '0').slice(0, 5) }, cat]

async function tell(steps: readonly Step[], seen: Map<string, number>): Promise<void> {
  const cohort = deployForTest(HealthCohort, {
    caller: analyst,
    init: { analysts: [analyst], columns: columns.length },
  })
  for (const [i, id] of ids.entries())
    await cohort.as(account(id)).contribute({ answers: Uint16Array.from(rows[i] ?? []) })
  const withdrawn = new Set<string>()
  const told: Told[] = []
  for (const step of steps) {
    if ('withdraw' in step) {
      for (const id of step.withdraw) {
        if (withdrawn.has(id)) continue
        await cohort.as(account(id)).withdraw()
        withdrawn.add(id)
      }
      continue
    }
    const people = ids.filter((id) => !withdrawn.has(id))
    const tells = whatItTells(step, people)
    const reasons = rulesAgainst(tells, told)
    const outcome = await ask(cohort, step)
    const how = typeof outcome === 'string' ? outcome : 'answered'
    seen.set(how, (seen.get(how) ?? 0) + 1)
    if (typeof outcome === 'string') ok(reasons.has(outcome), `${outcome}: ${JSON.stringify([step, ...reasons])}`)
    else {
      deepEqual([...reasons], [], JSON.stringify(step))
      deepEqual(outcome, reference(step, [...withdrawn]))
      told.push(tells)
    }
  }
}

type Exact = Readonly<Record<string, number | string | readonly string[]>>

/** The contract's answer, or the code of its refusal. */
async function ask(cohort: ReturnType<typeof deployForTest<(typeof HealthCohort)['interface']>>, asked: StudyQuestion) {
  const calls = cohort.as(analyst)
  try {
    switch (asked.kind) {
      case 'association': {
        const given = await calls.association({ exposure: coded(asked.exposure), illness: coded(asked.illness) })
        const { table, oddsRatio, pValue } = given
        return { ...table, oddsRatio: texts(oddsRatio), p: texts(pValue), pDecimal: pValue.decimal }
      }
      case 'count':
        return await calls.count({ split: coded(asked.split) })
      case 'mean': {
        const column = names.indexOf(asked.column) - 1
        const { people, mean } = await calls.mean({ column, among: asked.among && coded(asked.among) })
        return { people, mean: texts(mean), meanDecimal: mean.decimal }
      }
    }
  } catch (error) {
    if (error instanceof ContractRejection) return error.code
    throw error
  }
}

function reference(asked: StudyQuestion, withdrawn: readonly string[]): Exact {
  const [answer] = recompute(csv, [asked], withdrawn)
  const both = ([top, bottom]: Ratio): readonly string[] => [`${top}`, `${bottom}`]
  switch (answer?.kind) {
    case 'association': {
      const { exposedIll, exposedWell, unexposedIll, unexposedWell, oddsRatio, p, pDecimal } = answer
      const table = { exposedIll, exposedWell, unexposedIll, unexposedWell }
      return { ...table, oddsRatio: both(oddsRatio), p: both(p), pDecimal }
    }
    case 'count':
      return { selected: answer.selected, others: answer.others }
    case 'mean':
      return { people: answer.people, mean: both(answer.mean), meanDecimal: answer.meanDecimal }
    case undefined:
      throw new Error('one answer for one question')
  }
}

const texts = ({ numerator, denominator }: { readonly numerator: string; readonly denominator: string }) => [
  numerator,
  denominator,
]

/** Whole answers are their own codes. */
function coded({ column, test, answer }: NamedSplit): shape.Split {
  const type = test === 'equals' ? 'Equals' : 'AtLeast'
  return { column: names.indexOf(column) - 1, test: { type }, code: Number(answer) }
}

interface Told {
  readonly population: ReadonlySet<string>
  readonly groups: readonly ReadonlySet<string>[]
  /** Answers added up, if the question does more than count. */
  readonly summed: readonly string[] | undefined
}

function whatItTells(asked: StudyQuestion, people: readonly string[]): Told {
  const side = (by: NamedSplit, yes: boolean) => (id: string) => {
    const given = answerOf(id, by.column)
    if (given === '') return false
    return (by.test === 'equals' ? Number(given) === Number(by.answer) : Number(given) >= Number(by.answer)) === yes
  }
  const told = (groups: readonly (readonly string[])[], summed?: readonly string[]): Told => ({
    population: new Set(groups.flat()),
    groups: groups.map((group) => new Set(group)),
    summed,
  })
  switch (asked.kind) {
    case 'count':
      return told([true, false].map((yes) => people.filter(side(asked.split, yes))))
    case 'association': {
      const answered = people.filter((id) => answerOf(id, asked.exposure.column) && answerOf(id, asked.illness.column))
      const [exposed = [], unexposed = []] = [true, false].map((yes) => answered.filter(side(asked.exposure, yes)))
      const [ill = [], well = []] = [true, false].map((yes) => answered.filter(side(asked.illness, yes)))
      const cells = [exposed, unexposed].flatMap((row) =>
        [ill, well].map((col) => row.filter((id) => col.includes(id))),
      )
      return told([...cells, exposed, unexposed, ill, well])
    }
    case 'mean': {
      const { column, among } = asked
      const answered = people.filter((id) => answerOf(id, column) !== '')
      const inside = among === undefined ? answered : answered.filter(side(among, true))
      const outside = among === undefined ? [] : answered.filter(side(among, false))
      return told(
        outside.length > 0 ? [inside, outside] : [inside],
        inside.map((id) => answerOf(id, column)),
      )
    }
  }
}

/** Every rule that speaks against an answer, read off the documentation of `privacy/`. */
function rulesAgainst(asked: Told, told: readonly Told[]): ReadonlySet<string> {
  const reasons = new Set<string>()
  if (asked.summed !== undefined) {
    const counts = Map.groupBy(asked.summed, (answer) => answer)
    const commonest = Math.max(0, ...[...counts.values()].map((same) => same.length))
    if (asked.summed.length - commonest < 5) reasons.add('GroupTooSmall')
    else if (counts.size <= 2) reasons.add('NotAQuantity')
  }
  if (asked.groups.some((group) => group.size < 5)) reasons.add('GroupTooSmall')
  const isTold = told.some(
    (earlier) =>
      same(earlier.population, asked.population) &&
      (earlier.summed !== undefined || asked.summed === undefined) &&
      asked.groups.every((group) => earlier.groups.some((known) => same(known, group))),
  )
  if (isTold) return reasons
  for (const earlier of told) {
    const shared = earlier.population.intersection(asked.population)
    const moved = earlier.population.symmetricDifference(asked.population)
    for (const before of earlier.groups)
      for (const after of asked.groups) {
        const differing = before.symmetricDifference(after)
        const among = differing.intersection(shared).size
        if (earlier.summed && asked.summed && isFew(differing.size)) reasons.add('Differencing')
        if (isFew(among) || (among === 0 && isFew(moved.size))) reasons.add('Differencing')
        const isWhole = same(before, earlier.population) && same(after, asked.population)
        const allThere = moved.isSubsetOf(before.union(after))
        if (among === 0 && moved.size >= 5 && allThere && !isWhole) reasons.add('UnanimousDifference')
      }
  }
  return reasons
}

const isFew = (people: number): boolean => people >= 1 && people <= 4

function same(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return left.symmetricDifference(right).size === 0
}

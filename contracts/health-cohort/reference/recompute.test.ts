import { deepEqual, equal, throws } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import {
  type AnswerGroups,
  admitAnswer,
  groupsOfCount,
  groupsOfMean,
  groupsOfTable,
  type RefusalReason,
  refuseMeanOf,
} from '../src/privacy/index.ts'
import {
  columnIndex,
  countTable,
  crossPeople,
  encodeAnswer,
  exactMean,
  fisherExactTwoSided,
  fraction,
  gatherMean,
  oddsRatio,
  oddsRatioInterval,
  type Person,
  parseCohortCsv,
  type Split,
  splitPeople,
  toDecimal,
} from '../src/statistics/index.ts'
import { type ReferenceAnswer, recompute } from './recompute.ts'
import { type NamedSplit, STUDY, type StudyQuestion, type StudyStep } from './study-questions.ts'

const csv = readFileSync(new URL('../data/food-frequency.csv', import.meta.url), 'utf8')
const { columns, rows, ids } = parseCohortCsv(csv)
const everybody: readonly Person[] = rows.map((answers, slot) => ({ slot, answers }))
const remaining = (withdrawn: readonly string[]) => everybody.filter(({ slot }) => !withdrawn.includes(ids[slot] ?? ''))

const ILLNESSES = ['cancer', 'diabetes', 'heart_disease']
const yes = (column: string): NamedSplit => ({ column, test: 'equals', answer: '1' })

describe('the two implementations', () => {
  it('agree on every table of the data set: each whole-number column at its middle against each illness', () => {
    const lines = csv.trim().split('\n').slice(1)
    const questions = columns.flatMap(({ name }, index): StudyQuestion[] => {
      if (lines.some((line) => /[.e]/.test(line.split(',')[index + 1] ?? ''))) return []
      const codes = rows.map((row) => row[index] ?? 0).sort((a, b) => a - b)
      const exposure: NamedSplit = { column: name, test: 'atLeast', answer: String(codes[27]) }
      return ILLNESSES.map((illness) => ({ kind: 'association', exposure, illness: yes(illness) }))
    })
    equal(questions.length > 1_500, true)
    const answers = recompute(csv, questions, [])
    for (const [index, question] of questions.entries()) assertSame(compute(question, everybody), answers[index])
  })

  it('agree on the mean of every column: exactly where codes are exact, within half a step elsewhere', () => {
    const answers = recompute(
      csv,
      columns.map(({ name }) => ({ kind: 'mean', column: name, among: yes('cancer') })),
      [],
    )
    let exact = 0
    for (const [index, { name, decimals }] of columns.entries()) {
      const expected = answers[index]
      if (expected?.kind !== 'mean') throw new Error('a mean was asked for')
      const computed = compute({ kind: 'mean', column: name, among: yes('cancer') }, everybody)
      if (computed.kind !== 'mean') throw new Error('a mean was asked for')
      equal(computed.people, expected.people)
      if (computed.meanDecimal === expected.meanDecimal) exact += 1
      else {
        const difference = Number(computed.meanDecimal) - Number(expected.meanDecimal)
        equal(Math.abs(difference) <= 0.5 * 10 ** -decimals, true, name)
      }
    }
    equal(exact >= 1_093 - 119, true)
  })

  it('agree on whatever the study asks, over whoever is left', () => {
    for (const { question, withdrawn } of asked()) {
      assertSame(compute(question, remaining(withdrawn)), recompute(csv, [question], withdrawn)[0])
    }
  })
})

describe('the recomputation', () => {
  it('gives the known tables and probabilities', () => {
    const [heart, soda] = recompute(
      csv,
      [
        { kind: 'association', exposure: yes('dog'), illness: yes('heart_disease') },
        {
          kind: 'association',
          exposure: { column: 'sodafreq', test: 'atLeast', answer: '6' },
          illness: yes('diabetes'),
        },
      ],
      [],
    )
    if (heart?.kind !== 'association' || soda?.kind !== 'association') throw new Error('tables were asked for')
    deepEqual([heart.exposedIll, heart.exposedWell, heart.unexposedIll, heart.unexposedWell], [11, 8, 9, 26])
    deepEqual([soda.exposedIll, soda.exposedWell, soda.unexposedIll, soda.unexposedWell], [9, 7, 6, 32])
    deepEqual([heart.pDecimal, soda.pDecimal], ['0.0372709845836', '0.00594051975853'])
  })

  it('refuses a column that is not there', () => {
    throws(() => recompute(csv, [{ kind: 'count', split: yes('cancre') }], []), /no column "cancre"/)
  })
})

describe('the study', () => {
  it('ends every question as its script says', () => {
    const answered: AnswerGroups[] = []
    for (const { question, withdrawn, ends } of asked()) {
      equal(admit(answered, question, remaining(withdrawn)), ends, JSON.stringify(question))
    }
  })

  it('would refuse cats and cancer if the five who withdrew had all been without a cat', () => {
    const question: StudyQuestion = { kind: 'association', exposure: yes('cat'), illness: yes('cancer') }
    const answered: AnswerGroups[] = []
    equal(admit(answered, question, everybody), 'answered')
    const people = remaining(['1003', '1053', '1006', '1166', '1134'])
    equal(admit(answered, question, people), 'UnanimousDifference')
  })
})

interface Asked {
  readonly question: StudyQuestion
  readonly withdrawn: readonly string[]
  readonly ends: Extract<StudyStep, { readonly ask: unknown }>['ends']
}

function asked(): Asked[] {
  const list: Asked[] = []
  let withdrawn: readonly string[] = []
  for (const step of STUDY) {
    if ('withdraw' in step) withdrawn = [...withdrawn, ...step.withdraw]
    else list.push({ question: step.ask, withdrawn, ends: step.ends })
  }
  return list
}

function toSplit({ column: name, test, answer }: NamedSplit): Split {
  const index = columnIndex(columns, name)
  const column = columns[index]
  if (column === undefined) throw new Error('the index came from the columns')
  return { column: index, test, code: encodeAnswer(column, answer) }
}

function admit(
  answered: AnswerGroups[],
  question: StudyQuestion,
  people: readonly Person[],
): 'answered' | 'NotAQuantity' | RefusalReason {
  if (question.kind === 'mean') {
    const verdict = refuseMeanOf(meanGroups(question, people).codes)
    if (!verdict.ok) return verdict.reason
  }
  const admission = admitAnswer(answered, groupsOf(question, people))
  if (!admission.ok) return admission.reason
  if (admission.remember !== undefined) answered.push(admission.remember)
  return 'answered'
}

function groupsOf(question: StudyQuestion, people: readonly Person[]): AnswerGroups {
  switch (question.kind) {
    case 'association':
      return groupsOfTable(crossPeople(people, toSplit(question.exposure), toSplit(question.illness)))
    case 'count':
      return groupsOfCount(splitPeople(people, toSplit(question.split)))
    case 'mean':
      return groupsOfMean(meanGroups(question, people))
  }
}

function meanGroups({ column, among }: Extract<StudyQuestion, { kind: 'mean' }>, people: readonly Person[]) {
  return gatherMean(people, columnIndex(columns, column), among === undefined ? undefined : toSplit(among))
}

/** The contract's side, in the form of the reference. */
function compute(question: StudyQuestion, people: readonly Person[]): ReferenceAnswer {
  switch (question.kind) {
    case 'association': {
      const table = countTable(crossPeople(people, toSplit(question.exposure), toSplit(question.illness)))
      const ratio = oddsRatio(table)
      const { fraction: p, decimal: pDecimal } = fisherExactTwoSided(table)
      const { lower, upper, corrected } = oddsRatioInterval(table)
      const value = ratio.kind === 'finite' ? ratio.value : undefined
      return {
        kind: 'association',
        ...table,
        oddsRatio: value === undefined ? [0n, 0n] : [value.numerator, value.denominator],
        p: [p.numerator, p.denominator],
        pDecimal,
        interval: corrected ? [Number.NaN, Number.NaN] : [lower, upper],
      }
    }
    case 'count': {
      const { selected, others } = splitPeople(people, toSplit(question.split))
      return { kind: 'count', selected: selected.length, others: others.length }
    }
    case 'mean': {
      const { people: count, sum } = exactMean(meanGroups(question, people).codes)
      const decimals = columns[columnIndex(columns, question.column)]?.decimals ?? 0
      const mean =
        decimals >= 0
          ? fraction(sum, BigInt(count) * 10n ** BigInt(decimals))
          : fraction(sum * 10n ** BigInt(-decimals), BigInt(count))
      return { kind: 'mean', people: count, mean: [mean.numerator, mean.denominator], meanDecimal: toDecimal(mean) }
    }
  }
}

/** All exact parts are equal; intervals to 12 digits, and only where no cell is empty. */
function assertSame(computed: ReferenceAnswer, expected: ReferenceAnswer | undefined): void {
  if (computed.kind !== 'association' || expected?.kind !== 'association') {
    deepEqual(computed, expected)
    return
  }
  const { interval, oddsRatio: ratio, ...exact } = computed
  const { interval: expectedInterval, oddsRatio: expectedRatio, ...expectedExact } = expected
  deepEqual(exact, expectedExact)
  if (ratio[1] === 0n) {
    equal(exact.exposedIll * exact.exposedWell * exact.unexposedIll * exact.unexposedWell, 0)
    return
  }
  deepEqual(ratio, expectedRatio)
  for (const side of [0, 1] as const) {
    equal(Math.abs(interval[side] / expectedInterval[side] - 1) < 1e-12, true)
  }
}

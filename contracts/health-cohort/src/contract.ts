/**
 * Group statistics over rows that only their owners can read.
 *
 * Owners contribute, read back and withdraw their row. Registered analysts ask for counts, means and associations; no
 * answer tells about fewer than five people, alone or together with an earlier one (`privacy/`).
 */

import { command, contract, init, job, map, query, t, value } from '@pha/contract'
import { equalBytes } from '@pha/core/codec'
import {
  type AnswerGroups,
  admitAnswer,
  groupsOfCount,
  groupsOfMean,
  groupsOfTable,
  hasPerson,
  peopleSetFromBytes,
  peopleSetToBytes,
  refuseMeanOf,
} from './privacy/index.ts'
import * as shape from './shapes.ts'
import * as statistics from './statistics/index.ts'

export const HealthCohort = contract({
  name: 'HealthCohort',
  docs: 'Group statistics over rows that only their owners can read.',
  state: {
    columns: value(t.u16, 0),
    analysts: map(t.accountId, t.unit),
    rows: map(t.accountId, shape.Answers),
    /** A number for each owner, kept when he withdraws and never given to another: answers are compared by it. */
    slots: map(t.accountId, t.u16),
    asked: map(t.u32, shape.Asked),
    told: map(t.u32, shape.Told),
  },
  errors: {
    NotAnalyst: 'only registered analysts may ask',
    WrongLength: 'a row has one answer for each column of the questionnaire',
    CohortFull: 'no more owners can join',
    NoRow: 'there is no row of this owner',
    RowUsed: 'answers have used this row: it can be withdrawn, not changed',
    UnknownColumn: 'the questionnaire has no such column',
    GroupTooSmall: 'fewer than 5 people on one side of the answer',
    Differencing: 'with an earlier answer, this one would tell about fewer than 5 people',
    UnanimousDifference: 'all who joined or left since an earlier answer would be known to be on one side',
    QuestionBudgetExhausted: 'as many different questions were answered as can be compared',
    NotAQuantity: 'a mean of two values is a count: ask for a count',
  },
}).impl(({ state, errors }) => {
  function requireAnalyst(caller: Uint8Array): void {
    if (!state.analysts.has(caller)) throw errors.NotAnalyst()
  }

  function* people(): Generator<statistics.Person> {
    for (const [owner, answers] of state.rows.entries()) yield { slot: slotOf(owner), answers }
  }

  function slotOf(owner: Uint8Array): number {
    const slot = state.slots.get(owner)
    if (slot === undefined) throw errors.NoRow()
    return slot
  }

  function asSplit({ column, test, code }: shape.Split): statistics.Split {
    return { column: knownColumn(column), test: test.type === 'Equals' ? 'equals' : 'atLeast', code }
  }

  function knownColumn(column: number): number {
    if (column >= state.columns.get()) throw errors.UnknownColumn()
    return column
  }

  /** Lets an answer out or refuses it, and remembers both what it tells and whose rows it used. */
  function admit(groups: AnswerGroups, asked: { question: shape.Question; analyst: Uint8Array; block: number }): void {
    const told = [...state.told.values()].map(toldGroups)
    const admission = admitAnswer(told, groups)
    if (!admission.ok) throw errors[admission.reason]()
    if (admission.remember !== undefined) state.told.set(told.length, storedGroups(admission.remember))
    record({ ...asked, population: peopleSetToBytes(groups.population) })
  }

  /** A question that was answered about the same people before says nothing new to them. */
  function record(asked: shape.Asked): void {
    const { question, population } = asked
    const known = [...state.asked.values()]
    const bytes = shape.Question.encode(question)
    const isRepeated = known.some(
      (earlier) =>
        equalBytes(earlier.population, population) && equalBytes(shape.Question.encode(earlier.question), bytes),
    )
    if (isRepeated) return
    if (known.length >= shape.MAX_ASKED) throw errors.QuestionBudgetExhausted()
    state.asked.set(known.length, asked)
  }

  /** Whether an answer told about the owner of a slot. */
  function wasUsed(slot: number): boolean {
    return [...state.told.values()].some(({ population }) => hasPerson(peopleSetFromBytes(population), slot))
  }

  return {
    init: init({ analysts: t.boundedVec(t.accountId, 16), columns: t.u16 }, ({ analysts, columns }) => {
      for (const analyst of analysts) state.analysts.set(analyst, undefined)
      state.columns.set(Math.min(columns, shape.MAX_COLUMNS))
    }),
    commands: {
      contribute: command({ answers: shape.Answers }, ({ caller, answers }) => {
        if (answers.length !== state.columns.get()) throw errors.WrongLength()
        const slot = state.slots.get(caller)
        // A mean before and after a change of one row would tell the change.
        if (slot !== undefined && wasUsed(slot)) throw errors.RowUsed()
        if (slot === undefined) {
          if (state.slots.size >= statistics.MAX_PEOPLE) throw errors.CohortFull()
          state.slots.set(caller, state.slots.size)
        }
        state.rows.set(caller, answers)
      }),
      withdraw: command({}, ({ caller }) => {
        if (!state.rows.has(caller)) throw errors.NoRow()
        state.rows.delete(caller)
      }),
    },
    jobs: {
      /** The 2x2 table of an exposure against an illness, odds ratio, Fisher's exact p, confidence interval. */
      association: job(
        { exposure: shape.Split, illness: shape.Split },
        shape.Association,
        ({ caller, block, exposure, illness }) => {
          requireAnalyst(caller)
          const cells = statistics.crossPeople(people(), asSplit(exposure), asSplit(illness))
          const question = { type: 'Association', value: { exposure, illness } } as const
          admit(groupsOfTable(cells), { question, analyst: caller, block: block.number })
          const table = statistics.countTable(cells)
          return {
            table,
            oddsRatio: exactOdds(statistics.oddsRatio(table)),
            pValue: exactText(statistics.fisherExactTwoSided(table).fraction),
            interval: statistics.oddsRatioInterval(table),
          }
        },
      ),
      /** How many people a split selects, and how many not. */
      count: job({ split: shape.Split }, shape.Count, ({ caller, block, split }) => {
        requireAnalyst(caller)
        const groups = statistics.splitPeople(people(), asSplit(split))
        admit(groupsOfCount(groups), {
          question: { type: 'Count', value: { split } },
          analyst: caller,
          block: block.number,
        })
        return { selected: groups.selected.length, others: groups.others.length }
      }),
      /** The mean of a column's codes, over everybody or those that a split selects. */
      mean: job({ column: t.u16, among: t.option(shape.Split) }, shape.Mean, ({ caller, block, column, among }) => {
        requireAnalyst(caller)
        const gathered = statistics.gatherMean(people(), knownColumn(column), among && asSplit(among))
        const quantity = refuseMeanOf(gathered.codes)
        if (!quantity.ok) throw errors[quantity.reason]()
        admit(groupsOfMean(gathered), {
          question: { type: 'Mean', value: { column, among } },
          analyst: caller,
          block: block.number,
        })
        const { people: counted, fraction } = statistics.exactMean(gathered.codes)
        return { people: counted, mean: exactText(fraction) }
      }),
    },
    queries: {
      /** The caller's own row. */
      mine: query({}, t.option(shape.Answers), ({ caller }) => state.rows.get(caller)),
      /** Which answered questions used the caller's row, also after he withdrew it. */
      usage: query({}, t.vec(shape.Usage), ({ caller }) => {
        const slot = state.slots.get(caller)
        if (slot === undefined) return []
        return [...state.asked.values()].filter(({ population }) => hasPerson(peopleSetFromBytes(population), slot))
      }),
    },
  }
})

/** With five people in every cell neither side of the ratio is zero. */
function exactOdds(odds: statistics.OddsRatio) {
  if (odds.kind !== 'finite') throw new Error('a table with an empty cell was answered')
  return exactText(odds.value)
}

function exactText(fraction: statistics.Fraction) {
  const { numerator, denominator } = fraction
  return {
    numerator: numerator.toString(),
    denominator: denominator.toString(),
    decimal: statistics.toDecimal(fraction),
  }
}

function toldGroups({
  population,
  groups,
  tellsSums,
}: {
  population: Uint8Array
  groups: readonly Uint8Array[]
  tellsSums: boolean
}): AnswerGroups {
  return { population: peopleSetFromBytes(population), groups: groups.map(peopleSetFromBytes), tellsSums }
}

function storedGroups({ population, groups, tellsSums }: AnswerGroups) {
  return { population: peopleSetToBytes(population), groups: groups.map(peopleSetToBytes), tellsSums }
}

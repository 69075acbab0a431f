/** From the study's questions, as people word them, to calls of the contract and back to comparable text. */
import type { Reply } from '@pha/core/protocol'
import type { ContractClient, Signer } from '@pha/sdk'
import type { ReferenceAnswer } from '../../reference/recompute.ts'
import type { NamedSplit, StudyQuestion } from '../../reference/study-questions.ts'
import type { HealthCohort } from '../contract.ts'
import type { Association, Count, Mean, Split } from '../shapes.ts'
import { type Column, columnIndex, encodeAnswer, fraction, toDecimal } from '../statistics/index.ts'

export type Cohort = ContractClient<(typeof HealthCohort)['interface']>

export type Answer =
  | { readonly kind: 'association'; readonly answer: Association }
  | { readonly kind: 'count'; readonly answer: Count }
  | { readonly kind: 'mean'; readonly answer: Mean; readonly decimals: number }

export interface SettledAnswer {
  /** What a receipt of the answer is made from. */
  readonly reply: Reply
  readonly answer: Answer
}

/** Asks one question as a job; a refusal rejects with the contract's code. */
export async function ask(
  cohort: Cohort,
  columns: readonly Column[],
  question: StudyQuestion,
  signer: Signer,
): Promise<SettledAnswer> {
  switch (question.kind) {
    case 'association': {
      const exposure = asSplit(columns, question.exposure)
      const illness = asSplit(columns, question.illness)
      const { reply, result } = await cohort.settled.association({ exposure, illness }, { signer })
      return { reply, answer: { kind: 'association', answer: result } }
    }
    case 'count': {
      const { reply, result } = await cohort.settled.count({ split: asSplit(columns, question.split) }, { signer })
      return { reply, answer: { kind: 'count', answer: result } }
    }
    case 'mean': {
      const column = columnIndex(columns, question.column)
      const among = question.among && asSplit(columns, question.among)
      const { reply, result } = await cohort.settled.mean({ column, among }, { signer })
      return { reply, answer: { kind: 'mean', answer: result, decimals: columns[column]?.decimals ?? 0 } }
    }
  }
}

/** How a person would ask it. */
export function wording(question: StudyQuestion): string {
  switch (question.kind) {
    case 'association':
      return `${splitText(question.exposure)} against ${splitText(question.illness)}`
    case 'count':
      return `how many: ${splitText(question.split)}`
    case 'mean':
      return `mean of ${question.column}${question.among ? ` among ${splitText(question.among)}` : ''}`
  }
}

/** An answer on one line. */
export function answerText(given: Answer): string {
  switch (given.kind) {
    case 'association': {
      const { table, oddsRatio, pValue, interval } = given.answer
      const cells = [table.exposedIll, table.exposedWell, table.unexposedIll, table.unexposedWell].join(' ')
      const bounds = `${interval.lower.toFixed(3)} to ${interval.upper.toFixed(3)}`
      return `[${cells}]  odds ratio ${oddsRatio.decimal} (95 % ${bounds})  p ${pValue.decimal}`
    }
    case 'count':
      return `${given.answer.selected} yes, ${given.answer.others} no`
    case 'mean':
      return `${meanInUnits(given).decimal} over ${given.answer.people} people`
  }
}

/** Whether the system's answer is the recomputed one: every integer, fraction and digit; intervals to 1e-12. */
export function agrees(given: Answer, reference: ReferenceAnswer): boolean {
  if (given.kind === 'association' && reference.kind === 'association') {
    const { table, oddsRatio, pValue, interval } = given.answer
    const [lower, upper] = reference.interval
    return (
      table.exposedIll === reference.exposedIll &&
      table.exposedWell === reference.exposedWell &&
      table.unexposedIll === reference.unexposedIll &&
      table.unexposedWell === reference.unexposedWell &&
      sameRatio(oddsRatio, reference.oddsRatio) &&
      sameRatio(pValue, reference.p) &&
      pValue.decimal === reference.pDecimal &&
      isClose(interval.lower, lower) &&
      isClose(interval.upper, upper)
    )
  }
  if (given.kind === 'count' && reference.kind === 'count') {
    return given.answer.selected === reference.selected && given.answer.others === reference.others
  }
  if (given.kind === 'mean' && reference.kind === 'mean') {
    const mean = meanInUnits(given)
    const sameMean = sameRatio(mean, reference.mean) && mean.decimal === reference.meanDecimal
    return given.answer.people === reference.people && sameMean
  }
  return false
}

function asSplit(columns: readonly Column[], { column: name, test, answer }: NamedSplit): Split {
  const index = columnIndex(columns, name)
  const column = columns[index]
  if (column === undefined) throw new Error(`no column ${name}`)
  return { column: index, test: { type: test === 'equals' ? 'Equals' : 'AtLeast' }, code: encodeAnswer(column, answer) }
}

function splitText({ column, test, answer }: NamedSplit): string {
  if (test === 'atLeast') return `${column} >= ${answer}`
  return answer === '1' ? column : answer === '0' ? `not ${column}` : `${column} = ${answer}`
}

/** The contract averages codes; a code counts 10^-decimals of the questionnaire's unit. */
function meanInUnits({ answer: { mean }, decimals }: Extract<Answer, { kind: 'mean' }>) {
  const value = fraction(BigInt(mean.numerator), BigInt(mean.denominator) * 10n ** BigInt(decimals))
  return { numerator: value.numerator.toString(), denominator: value.denominator.toString(), decimal: toDecimal(value) }
}

function sameRatio(
  { numerator, denominator }: { readonly numerator: string; readonly denominator: string },
  [top, bottom]: readonly [bigint, bigint],
): boolean {
  return BigInt(numerator) === top && BigInt(denominator) === bottom
}

function isClose(left: number, right: number): boolean {
  return Math.abs(left - right) <= 1e-12 * Math.abs(right)
}

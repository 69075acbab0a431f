/** What the cohort stores, is asked and answers. */
import { t } from '@pha/contract'
import type { Infer } from '@pha/core/schema'
import { MAX_PEOPLE } from './statistics/index.ts'

/** The questionnaire has 1,093 columns; some room for a later edition. */
export const MAX_COLUMNS = 1_200

/** One code per column of the codebook (`statistics/columns.ts`). */
export const Answers = t.packedU16(MAX_COLUMNS)

export const Split = t.struct(
  'Split',
  { column: t.u16, test: t.enum('Test', { Equals: null, AtLeast: null }), code: t.u16 },
  'A yes/no question to a row: its code in `column` equals, or is at least, `code`.',
)
export type Split = Infer<typeof Split>

export const Question = t.enum('Question', {
  Association: { exposure: Split, illness: Split },
  Count: { split: Split },
  Mean: { column: t.u16, among: t.option(Split) },
})
export type Question = Infer<typeof Question>

/** Digits of an exact integer: those of a p-value have no fixed width. */
const integer = t.boundedText(4_096)

export const Fraction = t.struct('Fraction', { numerator: integer, denominator: integer, decimal: t.boundedText(64) })

export const TwoByTwo = t.struct('TwoByTwo', {
  exposedIll: t.u32,
  exposedWell: t.u32,
  unexposedIll: t.u32,
  unexposedWell: t.u32,
})

export const Association = t.struct(
  'Association',
  {
    table: TwoByTwo,
    oddsRatio: Fraction,
    pValue: Fraction,
    interval: t.struct('Interval', { lower: t.f64, upper: t.f64 }),
  },
  'Table, odds ratio and two-sided Fisher p exactly; Woolf 95 % interval in binary64.',
)
export type Association = Infer<typeof Association>

export const Count = t.struct('Count', { selected: t.u32, others: t.u32 })
export type Count = Infer<typeof Count>

export const Mean = t.struct('Mean', { people: t.u32, mean: Fraction }, 'Mean of codes, exactly.')
export type Mean = Infer<typeof Mean>

const people = t.boundedBytes(MAX_PEOPLE / 8)

/** An answered question, for the owners whose rows it used. */
export const Asked = t.struct('Asked', { question: Question, analyst: t.accountId, block: t.u32, population: people })

export type Asked = Infer<typeof Asked>

/** Wordings of answered questions that owners are shown: all of them are read in one query. */
export const MAX_ASKED = 1_024

/** What an answer told about, for the differencing guard. */
export const Told = t.struct('Told', { population: people, groups: t.boundedVec(people, 8), tellsSums: t.bool })

export const Usage = t.struct('Usage', { question: Question, analyst: t.accountId, block: t.u32 })

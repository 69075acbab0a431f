/**
 * The study's answers computed outside the system, straight from the CSV: a second implementation to compare with.
 *
 * Nothing here comes from `src/`. It works on the text of the answers, not on codes; Fisher's test takes its binomials
 * from Pascal's triangle; decimals come from long division. It knows no disclosure rules: it answers everything.
 */

import type { NamedSplit, StudyQuestion } from './study-questions.ts'

/** numerator, denominator; in lowest terms unless the denominator is 0. */
export type Ratio = readonly [bigint, bigint]

export type ReferenceAnswer =
  | {
      readonly kind: 'association'
      readonly exposedIll: number
      readonly exposedWell: number
      readonly unexposedIll: number
      readonly unexposedWell: number
      readonly oddsRatio: Ratio
      /** Fisher, two-sided. */
      readonly p: Ratio
      readonly pDecimal: string
      /** 95 %, Woolf; NaN when a cell is empty. */
      readonly interval: readonly [number, number]
    }
  | { readonly kind: 'count'; readonly selected: number; readonly others: number }
  /** In the unit of the questionnaire, from all digits of the answers. */
  | { readonly kind: 'mean'; readonly people: number; readonly mean: Ratio; readonly meanDecimal: string }

type Respondent = ReadonlyMap<string, string>

/**
 * Answers each question over everybody whose id is not withdrawn.
 *
 * @throws Error for a column that the CSV does not have
 * @example const [answer] = recompute(csv, [{ kind: 'count', split: { column: 'cat', test: 'equals', answer: '1' } }], [])
 */
export function recompute(
  csvText: string,
  questions: readonly StudyQuestion[],
  withdrawnIds: readonly string[],
): ReferenceAnswer[] {
  const [header = '', ...lines] = csvText.trim().split(/\r?\n/)
  const names = header.replaceAll('"', '').split(',')
  const everybody = lines.map((line): Respondent => {
    const answers = line.split(',')
    return new Map(names.map((name, place) => [name, answers[place] ?? '']))
  })
  const people = everybody.filter((person) => !withdrawnIds.includes(answerOf(person, 'id')))
  return questions.map((question) => answerQuestion(question, people))
}

function answerQuestion(question: StudyQuestion, people: readonly Respondent[]): ReferenceAnswer {
  switch (question.kind) {
    case 'association':
      return associate(people, question.exposure, question.illness)
    case 'count':
      return count(people, question.split)
    case 'mean':
      return average(people, question.column, question.among)
  }
}

function associate(people: readonly Respondent[], exposure: NamedSplit, illness: NamedSplit): ReferenceAnswer {
  const answered = people.filter((person) => answerOf(person, exposure.column) && answerOf(person, illness.column))
  const cell = (exposed: boolean, ill: boolean) =>
    answered.filter((person) => matches(person, exposure) === exposed && matches(person, illness) === ill).length
  const [a, b, c, d] = [cell(true, true), cell(true, false), cell(false, true), cell(false, false)]
  const p = twoSided(a, b, c, d)
  const spread = 1.959963984540054 * Math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
  const middle = Math.log(a) + Math.log(d) - Math.log(b) - Math.log(c)
  return {
    kind: 'association',
    exposedIll: a,
    exposedWell: b,
    unexposedIll: c,
    unexposedWell: d,
    oddsRatio: reduce(BigInt(a * d), BigInt(b * c)),
    p,
    pDecimal: longDivision(p),
    interval: [Math.exp(middle - spread), Math.exp(middle + spread)],
  }
}

function count(people: readonly Respondent[], split: NamedSplit): ReferenceAnswer {
  const answered = people.filter((person) => answerOf(person, split.column))
  const selected = answered.filter((person) => matches(person, split)).length
  return { kind: 'count', selected, others: answered.length - selected }
}

function average(people: readonly Respondent[], column: string, among: NamedSplit | undefined): ReferenceAnswer {
  const answers = people
    .filter((person) => among === undefined || (answerOf(person, among.column) && matches(person, among)))
    .map((person) => answerOf(person, column))
    .filter((answer) => answer !== '')
  const sum = answers.reduce((total, answer) => total + billionths(answer), 0n)
  const mean = reduce(sum, BigInt(answers.length) * 1_000_000_000n)
  return { kind: 'mean', people: answers.length, mean, meanDecimal: longDivision(mean) }
}

function answerOf(person: Respondent, column: string): string {
  const answer = person.get(column)
  if (answer === undefined) throw new Error(`the data set has no column "${column}"`)
  return answer
}

function matches(person: Respondent, { column, test, answer }: NamedSplit): boolean {
  const given = Number(answerOf(person, column))
  return test === 'equals' ? given === Number(answer) : given >= Number(answer)
}

/** `12.5` as 12500000000n. Exact up to nine decimals, which the data set never exceeds. */
function billionths(answer: string): bigint {
  const [plain = '', power = '0'] = answer.split('e')
  const [whole = '', part = ''] = plain.split('.')
  const zeros = 9 - part.length + Number(power)
  if (zeros < 0) throw new Error('an answer has more than nine decimals')
  return BigInt(whole + part + '0'.repeat(zeros))
}

/** Adds up every table with the same margins that is no likelier than this one. */
function twoSided(a: number, b: number, c: number, d: number): Ratio {
  const triangle = pascal(a + b + c + d)
  const ways = (exposedIll: number) =>
    (triangle[a + b]?.[exposedIll] ?? 0n) * (triangle[c + d]?.[a + c - exposedIll] ?? 0n)
  let extreme = 0n
  for (let k = 0; k <= a + c; k += 1) if (ways(k) <= ways(a)) extreme += ways(k)
  return reduce(extreme, triangle[a + b + c + d]?.[a + c] ?? 0n)
}

function pascal(rows: number): bigint[][] {
  const triangle = [[1n]]
  for (let row = 1; row <= rows; row += 1) {
    const above = triangle[row - 1] ?? []
    triangle.push(Array.from({ length: row + 1 }, (_, k) => (above[k - 1] ?? 0n) + (above[k] ?? 0n)))
  }
  return triangle
}

function reduce(numerator: bigint, denominator: bigint): Ratio {
  const common = (a: bigint, b: bigint): bigint => (b === 0n ? a : common(b, a % b))
  const divisor = denominator === 0n ? 1n : common(numerator, denominator)
  return [numerator / divisor, denominator / divisor]
}

/** Twelve significant digits, digit by digit as on paper, the last rounded half to even. */
function longDivision([numerator, denominator]: Ratio): string {
  let text = (numerator / denominator).toString()
  let rest = numerator % denominator
  if (numerator === 0n) return '0'
  if (text.length >= 12) throw new Error('longer than twelve digits before the point')
  text += '.'
  while (text.replace('.', '').replace(/^0+/, '').length < 12) {
    rest *= 10n
    text += (rest / denominator).toString()
    rest %= denominator
  }
  const digits = BigInt(text.replace('.', ''))
  const up = rest * 2n > denominator || (rest * 2n === denominator && digits % 2n === 1n)
  const places = text.length - 1 - text.indexOf('.')
  const rounded = (digits + (up ? 1n : 0n)).toString().padStart(places + 1, '0')
  return `${rounded.slice(0, -places)}.${rounded.slice(-places)}`
}

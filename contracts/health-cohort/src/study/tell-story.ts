/** The middle of the study: questions and withdrawals in their order, each answer beside the recomputed one. */
import { ContractRejection } from '@pha/contract'
import type { Reply } from '@pha/core/protocol'
import type { Signer } from '@pha/sdk'
import { recompute } from '../../reference/recompute.ts'
import type { StudyQuestion, StudyStep } from '../../reference/study-questions.ts'
import type { Column } from '../statistics/index.ts'
import { timed } from './latency.ts'
import { agrees, answerText, ask, type Cohort, type SettledAnswer, wording } from './questions.ts'

export interface AskedQuestion {
  readonly question: string
  /** The answer on one line, or the code it was refused with. */
  readonly answer: string
  /** How it had to end: `answered`, or the code of the refusal. */
  readonly expected: string
  /** Rows in the cohort when it was asked. */
  readonly people: number
  /** Ended as expected, and an answer is the recomputed one to the last digit. */
  readonly ok: boolean
}

export interface Teller {
  readonly cohort: Cohort
  readonly columns: readonly Column[]
  readonly csv: string
  readonly analyst: Signer
  readonly ownerOf: (id: string) => Signer
  readonly progress: (line: string) => void
  readonly sendTimes: number[]
}

export interface Told {
  readonly asked: readonly AskedQuestion[]
  readonly withdrawn: readonly string[]
  /** Of the questions that were answered. */
  readonly replies: readonly Reply[]
}

/**
 * Tells the steps in order. Questions between two withdrawals are sent together: they take consecutive nonces of the
 * analyst, so the chain orders them as they were asked.
 */
export async function tellStory(teller: Teller, steps: readonly StudyStep[]): Promise<Told> {
  const asked: AskedQuestion[] = []
  const withdrawn: string[] = []
  const replies: Reply[] = []
  for (const part of partsOf(steps)) {
    if ('withdraw' in part) {
      await withdraw(teller, part.withdraw)
      withdrawn.push(...part.withdraw)
      continue
    }
    const answers = await Promise.all(part.ask.map(({ ask: question }) => end(teller, question)))
    for (const [i, step] of part.ask.entries()) {
      const ended = answers[i]
      if (ended === undefined) continue
      if (typeof ended !== 'string') replies.push(ended.reply)
      const told = compare(teller.csv, step, ended, withdrawn)
      teller.progress(`  ${told.ok ? 'ok  ' : 'FAIL'} ${told.question}: ${told.answer}`)
      asked.push(told)
    }
  }
  return { asked, withdrawn, replies }
}

export function firstQuestion(steps: readonly StudyStep[]): StudyQuestion {
  for (const step of steps) if ('ask' in step) return step.ask
  throw new Error('study: nothing is asked')
}

export function isRefusal(expected: string): boolean {
  return expected !== 'answered'
}

/** The value, or the contract's code if it refused. */
export async function outcomeOf<T>(work: Promise<T>): Promise<T | string> {
  try {
    return await work
  } catch (error) {
    if (error instanceof ContractRejection) return error.code
    throw error
  }
}

type Question = Extract<StudyStep, { ask: StudyQuestion }>
type Part = { readonly ask: readonly Question[] } | { readonly withdraw: readonly string[] }

function partsOf(steps: readonly StudyStep[]): Part[] {
  const parts: Part[] = []
  let questions: Question[] = []
  for (const step of steps) {
    if ('ask' in step) questions.push(step)
    else {
      parts.push({ ask: questions }, { withdraw: step.withdraw })
      questions = []
    }
  }
  return [...parts, { ask: questions }]
}

async function withdraw({ cohort, ownerOf, progress, sendTimes }: Teller, ids: readonly string[]): Promise<void> {
  progress(`${ids.length} owners withdraw their rows`)
  await Promise.all(ids.map((id) => timed(sendTimes, () => cohort.send.withdraw({}, { signer: ownerOf(id) }))))
}

function end({ cohort, columns, analyst }: Teller, question: StudyQuestion): Promise<SettledAnswer | string> {
  return outcomeOf(ask(cohort, columns, question, analyst))
}

function compare(
  csv: string,
  step: Question,
  ended: SettledAnswer | string,
  withdrawn: readonly string[],
): AskedQuestion {
  const question = wording(step.ask)
  const people = csv.trim().split('\n').length - 1 - withdrawn.length
  if (typeof ended === 'string') {
    return { question, answer: `refused, ${ended}`, expected: step.ends, people, ok: ended === step.ends }
  }
  const [reference] = recompute(csv, [step.ask], withdrawn)
  const ok = step.ends === 'answered' && reference !== undefined && agrees(ended.answer, reference)
  return { question, answer: answerText(ended.answer), expected: step.ends, people, ok }
}

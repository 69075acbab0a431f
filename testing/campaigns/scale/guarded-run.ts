/** Runs a campaign in a thread of its own, with little memory, and ends it when an input gives no answer. */
import { Worker } from 'node:worker_threads'
import { toHex } from '@pha/core/codec'
import type { Outcome } from './campaign.ts'
import { readInput, SHARED_BYTES } from './last-input.ts'

export interface Task {
  readonly name: string
  readonly inputs: number
  readonly seed: number
}

/** A lie about a length that is believed ends the thread here instead of swallowing the machine. */
const HEAP_LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32 }
/** Generous, as the machine may be busy: a single input takes milliseconds. */
const PATIENCE_MS = 30_000

/** The outcome of the campaign; a thread that ended or hung is a violation by the input that it had last. */
export function guardedRun(task: Task): Promise<Outcome> {
  const shared = new SharedArrayBuffer(SHARED_BYTES)
  const worker = new Worker(new URL('./campaign-thread.ts', import.meta.url), {
    workerData: { task, shared },
    resourceLimits: HEAP_LIMITS,
  })
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  const ended = (problem: string): void => resolve(lost(task, shared, problem))

  let seen = -1
  const watch = setInterval(() => {
    const { count } = readInput(shared)
    if (count === seen) ended(`no answer within ${PATIENCE_MS} ms`)
    seen = count
  }, PATIENCE_MS)
  worker.once('message', resolve)
  worker.once('error', (error) => ended(String(error)))
  worker.once('exit', (code) => ended(`the thread ended with ${code}`))
  return promise.finally(() => {
    clearInterval(watch)
    return worker.terminate()
  })
}

function lost({ name }: Task, shared: SharedArrayBuffer, problem: string): Outcome {
  const { count, input } = readInput(shared)
  return {
    type: name,
    inputs: count,
    refused: 0,
    accepted: 0,
    seconds: 0,
    slowestMs: 0,
    largestKb: 0,
    violation: { input: toHex(input), problem },
  }
}

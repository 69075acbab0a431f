/** Runs legs in a thread with little memory; a thread that ends or falls silent is a violation by what it had last. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { toHex } from '@pha/core/codec'
import { readInput, SHARED_BYTES } from '../scale/last-input.ts'
import type { Leg, LegOutcome } from './run-leg.ts'

/** A chain of some dozen accounts takes 30 MB; a lie about a length that is believed ends the thread here. */
const HEAP_LIMITS = { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 64 }
/** Generous, as the machine may be busy: a single extrinsic takes milliseconds. */
const PATIENCE_MS = 60_000

export interface LegRunner extends AsyncDisposable {
  run(leg: Leg): Promise<LegOutcome>
}

/**
 * A thread that runs legs, and a new one after it ended.
 * @example
 * await using runner = legRunner()
 * const { violation } = await runner.run({ seed: 1, number: 0, inputs: 5_000 })
 */
export function legRunner(): LegRunner {
  const shared = new SharedArrayBuffer(SHARED_BYTES)
  const start = (): Worker =>
    new Worker(new URL('./leg-thread.ts', import.meta.url), { workerData: shared, resourceLimits: HEAP_LIMITS })
  let worker = start()
  return {
    async run(leg) {
      const first = readInput(shared).count
      const lost = (problem: string): LegOutcome => {
        const { count, input } = readInput(shared)
        const position = count - first - 1
        const violation = { leg: leg.number, position, extrinsic: toHex(input), problem }
        return { inputs: position + 1, refused: 0, failed: 0, succeeded: 0, blocks: 0, slowestMs: 0, violation }
      }
      const over = new AbortController()
      const { signal } = over
      worker.postMessage(leg)
      try {
        return await Promise.race([
          once(worker, 'message', { signal }).then(([outcome]) => outcome as LegOutcome),
          once(worker, 'exit', { signal }).then(([code]) => lost(`the thread ended with ${code}`)),
          silence(shared, signal).then(() => lost(`no answer within ${PATIENCE_MS} ms`)),
        ]).then(async (outcome) => {
          if (outcome.violation === undefined) return outcome
          await worker.terminate()
          worker = start()
          return outcome
        })
      } catch (error) {
        worker = start()
        return lost(String(error))
      } finally {
        over.abort()
      }
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate()
    },
  }
}

/** Resolves when no new extrinsic was begun for the length of our patience. */
function silence(shared: SharedArrayBuffer, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let seen = -1
  const watch = setInterval(() => {
    const { count } = readInput(shared)
    if (count === seen) resolve()
    seen = count
  }, PATIENCE_MS)
  signal.addEventListener('abort', () => clearInterval(watch))
  return promise
}

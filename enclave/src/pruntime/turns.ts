/**
 * Shares the enclave's one thread among contracts. A run can't be interrupted before its gas is used up, so who ran
 * long waits: all of those share one lane, where each run is followed by a pause of the same length. Half of the thread
 * is left to everybody else, however many contracts loop. When something runs never changes what it leads to.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { enclaveLimits } from '../limits.ts'

/** Processor time of this thread: what a run waits for, on a machine that has other work, is not the contract's doing. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

export interface TurnsComponents {
  readonly nowMs: () => number
}

/**
 * @example
 * const turns = new Turns({ nowMs: Date.now })
 * const outcome = await turns.take(`${contract}/commands`, () => program.invoke(invocation, writes))
 */
export class Turns {
  readonly #nowMs: () => number
  /** By name, until when its runs go through the lane. Bounded: names are of contracts that this worker serves. */
  readonly #slowUntil = new Map<string, number>()
  #lane: Promise<unknown> = Promise.resolve()
  #waiting = 0

  constructor({ nowMs }: TurnsComponents) {
    this.#nowMs = nowMs
  }

  /** Whether a run under this name would have to wait behind too many others. */
  isBusy(name: string): boolean {
    return this.#isSlow(name) && this.#waiting >= enclaveLimits.waitingRuns
  }

  /** Runs now, or after those that wait; rejects with what `work` throws. */
  async take<T>(name: string, work: () => T): Promise<T> {
    if (!this.#isSlow(name)) return this.#timed(name, work)
    const turn = Promise.withResolvers<T>()
    this.#waiting++
    this.#lane = this.#lane.then(async () => {
      this.#waiting--
      const began = this.#nowMs()
      try {
        turn.resolve(this.#timed(name, work))
      } catch (error) {
        turn.reject(error)
      }
      await sleep(this.#nowMs() - began)
    })
    return turn.promise
  }

  #isSlow(name: string): boolean {
    const until = this.#slowUntil.get(name)
    return until !== undefined && this.#nowMs() < until
  }

  #timed<T>(name: string, work: () => T): T {
    const began = threadMs()
    try {
      return work()
    } finally {
      if (threadMs() - began > enclaveLimits.longRunMs) this.#slowUntil.set(name, this.#nowMs() + enclaveLimits.slowMs)
    }
  }
}

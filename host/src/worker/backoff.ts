/** Waiting longer after each failure, and never longer than a bound. */
import { setTimeout as sleep } from 'node:timers/promises'

export class Backoff {
  readonly #firstMs: number
  readonly #longestMs: number
  #nextMs: number

  constructor(firstMs: number, longestMs: number) {
    this.#firstMs = firstMs
    this.#longestMs = longestMs
    this.#nextMs = firstMs
  }

  /** The wait after the next failure. */
  next(): number {
    const ms = this.#nextMs
    this.#nextMs = Math.min(ms * 2, this.#longestMs)
    return ms
  }

  /** All is well again. */
  reset(): void {
    this.#nextMs = this.#firstMs
  }

  /** Waits; returns early, without throwing, when `signal` is aborted. */
  async wait(signal: AbortSignal): Promise<void> {
    await pause(this.next(), signal)
  }
}

/** Sleeps; returns early, without throwing, when `signal` is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}

/** Time as a component: services get a clock and never ask the machine themselves. */

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after `ms`, or at once when `signal` aborts: the caller looks at the signal. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep(ms, signal) {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const done = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal?.addEventListener('abort', done)
    })
  },
}

/** A clock that moves only when it is told to. */
export interface ManualClock extends Clock {
  /** Moves on by `ms`, waking sleepers in their order, each with the time that it waited for. */
  advance(ms: number): Promise<void>
}

/**
 * @example
 * const clock = manualClock(1_800_000_000_000)
 * await clock.advance(3_000)
 */
export function manualClock(startMs: number): ManualClock {
  let now = startMs
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>()
  return {
    now: () => now,
    sleep(ms, signal) {
      return new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const wake = (): void => {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        const sleeper = { at: now + ms, wake }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', wake)
      })
    },
    async advance(ms) {
      const end = now + ms
      await settle()
      for (;;) {
        const next = [...sleepers].filter(({ at }) => at <= end).sort((left, right) => left.at - right.at)[0]
        if (next === undefined) break
        now = Math.max(now, next.at)
        next.wake()
        await settle()
      }
      now = end
    },
  }
}

/** Lets whoever was woken run, until it sleeps again. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

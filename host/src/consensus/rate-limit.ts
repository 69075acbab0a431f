/**
 * At most one event per interval on average, and a burst of some at once after a pause: the generic cell rate algorithm
 * (ITU-T I.371, annex A), which is a token bucket that keeps one number.
 */

export interface RateLimit {
  /** @returns how long the next event has to wait, in milliseconds; 0 if it may be now */
  waitMs(nowMs: number): number
  /** An event happens now. */
  take(nowMs: number): void
}

/**
 * @param init `burst` is how many may come at once, at least 1
 * @example
 * const limit = rateLimit({ intervalMs: 250, burst: 8 })
 * if (limit.waitMs(clock.now()) === 0) limit.take(clock.now())
 */
export function rateLimit({ intervalMs, burst }: { readonly intervalMs: number; readonly burst: number }): RateLimit {
  const tolerance = (burst - 1) * intervalMs
  /** When the next would be due if each came just in time. */
  let dueMs = Number.NEGATIVE_INFINITY

  return {
    waitMs(nowMs) {
      // However far a clock is set back, nobody waits longer than an interval.
      return Math.min(Math.max(dueMs - tolerance - nowMs, 0), intervalMs)
    },
    take(nowMs) {
      dueMs = Math.max(Math.min(dueMs, nowMs + tolerance), nowMs) + intervalMs
    },
  }
}

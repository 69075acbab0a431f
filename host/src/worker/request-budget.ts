/** How many requests a connection may make: a burst at once, then so many each second. */
import { workerLimits } from './limits.ts'

export interface RequestBudget {
  /** Whether one more request is within the budget; counts it if so. */
  take(): boolean
}

/**
 * @param now milliseconds, never going back
 * @example
 * const budget = requestBudget(() => performance.now())
 * if (!budget.take()) refuse()
 */
export function requestBudget(now: () => number): RequestBudget {
  let left: number = workerLimits.requestBurst
  let last = now()
  return {
    take() {
      const elapsed = now() - last
      last += elapsed
      left = Math.min(workerLimits.requestBurst, left + (elapsed / 1_000) * workerLimits.requestsPerSecond)
      if (left < 1) return false
      left -= 1
      return true
    },
  }
}

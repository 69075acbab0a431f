/** Waiting for what another process does. */
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 20
const LONGEST_MS = 60_000

/**
 * Asks until there is an answer.
 * @param ask `undefined` or `false` means not yet; so does an error, since the other side may be starting
 * @throws the last error, or one that says `what` did not happen, after a minute
 * @example
 * const status = await until('the worker is back', () => readStatus(url))
 */
export async function until<T>(what: string, ask: () => T | Promise<T>): Promise<Exclude<T, undefined | false>> {
  const end = performance.now() + LONGEST_MS
  let cause: unknown
  while (performance.now() < end) {
    try {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>
    } catch (error) {
      cause = error
    }
    await sleep(POLL_MS)
  }
  throw new Error(`${what}: did not happen in time`, { cause })
}

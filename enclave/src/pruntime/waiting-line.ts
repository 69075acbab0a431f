/** Work of one kind, one piece at a time, with a bound on how much may wait. */
import { enclaveLimits } from '../limits.ts'
import { ReplicaError } from './replica-error.ts'

/**
 * @example
 * const line = waitingLine()
 * const delta = await line(() => openOlderBatch(batch))
 * @returns a function that runs work after what waits; it throws ReplicaError `replica.busy` if too much does
 */
export function waitingLine(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return async (work) => {
    if (waiting >= enclaveLimits.waitingRuns) throw new ReplicaError('replica.busy')
    waiting++
    const turn = last.then(work).finally(() => {
      waiting--
    })
    last = turn.catch(() => {})
    return turn
  }
}

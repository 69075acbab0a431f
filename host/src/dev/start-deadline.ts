/** Bounds the start of a network: every wait ends when the start is called off or has taken too long. */
import { once } from 'node:events'
import { DevError } from './dev-error.ts'

/** A first start on two busy cores takes seconds; after this something is wrong. */
const READY_MS = 60_000

export interface StartDeadline {
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal
  /**
   * What `wait` gives.
   * @throws DevError `dev.stopped` once the start is called off, `dev.not-ready` when it took too long
   */
  keep<T>(wait: Promise<T>): Promise<T>
}

/**
 * @param stop calls the start off
 * @example
 * const deadline = startDeadline(signal)
 * await deadline.keep(worker.ready())
 */
export function startDeadline(stop?: AbortSignal): StartDeadline {
  const timeout = AbortSignal.timeout(READY_MS)
  const signal = stop === undefined ? timeout : AbortSignal.any([timeout, stop])
  const over = signal.aborted ? Promise.resolve() : once(signal, 'abort')

  async function refuse(): Promise<never> {
    await over
    if (stop?.aborted) throw new DevError('dev.stopped', 'stopped before it was ready')
    throw new DevError(
      'dev.not-ready',
      `gatekeepers and workers were not ready within ${READY_MS / 1_000} s`,
      'read the logs in the folder `logs` of the data folder',
    )
  }
  const refused = refuse()
  refused.catch(() => {})
  return { signal, keep: (wait) => Promise.race([wait, refused]) }
}

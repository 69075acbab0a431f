/** Ctrl-C, SIGTERM and a closed terminal, as an abort signal. */
import { once } from 'node:events'
import { constants } from 'node:os'

/**
 * Signals that come again are the same one: `timeout` and groups deliver them twice.
 * @returns aborted with the exit code that shells know the signal by, such as 130 for Ctrl-C
 */
export function interrupted(): AbortSignal {
  const stopping = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => stopping.abort(128 + constants.signals[name]))
  }
  return stopping.signal
}

/** Resolves when the signal is aborted. */
export async function aborted(signal: AbortSignal): Promise<undefined> {
  if (!signal.aborted) await once(signal, 'abort')
}

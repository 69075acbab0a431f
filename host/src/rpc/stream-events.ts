/** Sends a long list of events without keeping others waiting, and no faster than the client reads. */
import { setImmediate as nextTurn } from 'node:timers/promises'

/** How long the reading goes on before others get their turn. */
const TURN_MS = 2

export interface StreamOptions {
  readonly send: (event: object) => void
  /** Resolves when little waits to be sent. */
  readonly drained: () => Promise<void>
  readonly signal: AbortSignal
}

/** Resolves after the last event or an abort; rejects with what `events` throws. `undefined` among them is a pause to take a turn at. */
export async function streamEvents(
  events: Iterable<object | undefined>,
  { send, drained, signal }: StreamOptions,
): Promise<void> {
  let since = performance.now()
  for (const event of events) {
    if (signal.aborted) return
    if (event !== undefined) send(event)
    if (performance.now() - since < TURN_MS) continue
    await drained()
    await nextTurn()
    since = performance.now()
  }
}

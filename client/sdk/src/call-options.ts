/** What every action takes last: how long it may take, and a way to stop it. */
import { PhaError } from './errors.ts'

export interface CallOptions {
  /** Stops waiting; the action rejects with the signal's reason. What was submitted may still happen. */
  readonly signal?: AbortSignal
  /** Milliseconds that the action may take in all. */
  readonly timeoutMs?: number
}

/** Reads take milliseconds; this outlives the restart of a node. */
export const READ_TIMEOUT_MS = 30_000

/** Finality takes seconds; this outlives several restarts of a node. */
export const FINALITY_TIMEOUT_MS = 120_000

/** One signal out of the caller's and the time allowed. */
export function deadline({ signal, timeoutMs }: CallOptions, defaultMs: number): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs ?? defaultMs)
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout])
}

/** What to throw when `signal` ended the wait for `what`. */
export function interrupted(signal: AbortSignal, what: string): unknown {
  const reason: unknown = signal.reason
  if (!(reason instanceof DOMException) || reason.name !== 'TimeoutError') return reason
  return new PhaError('sdk.timeout', `${what} took longer than allowed`, {
    fix: 'Try again, or allow more time with timeoutMs.',
  })
}

/** Waits; rejects with what `interrupted` says when `signal` aborts. */
export function sleep(milliseconds: number, signal: AbortSignal, what: string): Promise<void> {
  return waitFor(signal, what, (resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    return () => clearTimeout(timer)
  })
}

/**
 * A promise that `signal` can end. `start` begins the wait and returns what ends it; that is called in every case.
 */
export function waitFor<T>(
  signal: AbortSignal,
  what: string,
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(interrupted(signal, what))
      return
    }
    let end = (): void => {}
    let settled = false
    const settle =
      <A>(pass: (value: A) => void) =>
      (value: A): void => {
        settled = true
        signal.removeEventListener('abort', onAbort)
        end()
        pass(value)
      }
    const onAbort = (): void => settle(reject)(interrupted(signal, what))
    signal.addEventListener('abort', onAbort)
    end = start(settle(resolve), settle(reject))
    if (settled) end()
  })
}

/** Waits for work that others wait for too: one caller's end is not the others'. */
export function join<T>(work: Promise<T>, signal: AbortSignal, what: string): Promise<T> {
  return waitFor(signal, what, (resolve, reject) => {
    work.then(resolve, reject)
    return () => {}
  })
}

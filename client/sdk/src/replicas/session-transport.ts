/**
 * How sealed messages reach a worker's host. A transport may lose its connection and come back: requests that wait are
 * sent again, the same bytes, until they are answered; a pRuntime answers the same bytes once (docs/adr/0024).
 */
import { PhaError, type PhaErrorDetail } from '../errors.ts'

export interface SessionTransport {
  /**
   * Opens a session on the worker.
   * @returns its id
   * @throws PhaError `sdk.replica-failed`
   */
  open(encapsulation: Uint8Array, signal: AbortSignal): Promise<Uint8Array>
  /**
   * Brings a sealed request to the session that was opened, and its answer back.
   * @throws PhaError `sdk.replica-failed` if it is refused for good, not answered within `ANSWER_MS`, or its connection not
   *   back within `BACK_MS`
   */
  exchange(counter: number, message: Uint8Array): Promise<Uint8Array>
  /** Whatever waits fails. */
  close(): void
}

/** A host that is busy answers within seconds; another replica is a better use of longer waits. */
export const ANSWER_MS = 10_000
/**
 * A connection that broke is back in this time, or its host was ended, which ends its sessions: a new one, with whatever
 * replica there is, is sooner ready.
 */
export const BACK_MS = 2_000
/** Waits before a request is sent again, doubled from the first to the last. */
export const FIRST_BACKOFF_MS = 50
export const LAST_BACKOFF_MS = 1_000
export const SESSION_ID_LENGTH = 32

/** Refusals that the same bytes may not meet again a moment later. */
const SENT_AGAIN: readonly unknown[] = [
  'http.busy',
  'http.too-many-requests',
  'http.enclave-unavailable',
  'http.enclave-timeout',
]

/** Refusals that a new session may not meet a moment later: an enclave started, and is on its way back to its contracts. */
const NOT_YET: readonly unknown[] = [
  'session.closed', // also the first message to a key that it had before
  'session.worker-not-active',
  'sync.no-header',
  'sync.missing-content',
  'contract.not-ready',
  'contract.busy',
]

export function isSentAgain(code: unknown): boolean {
  return SENT_AGAIN.includes(code)
}

/** Whether a new session may go well a moment later. */
export function isTransient(code: unknown): boolean {
  return isSentAgain(code) || NOT_YET.includes(code)
}

export function replicaFailed(endpoint: string, what: string, detail: PhaErrorDetail = {}): PhaError {
  return new PhaError('sdk.replica-failed', `worker at ${endpoint}: ${what}`, detail)
}

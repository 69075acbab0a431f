/**
 * What this host saw of the contracts' data: counts, sizes and the first bytes of everything opaque that passed through
 * it. Shown in development, so that a person can convince himself that there is nothing to read.
 */
import { copyBytes, toHex } from '@pha/core/codec'
import { workerLimits } from './limits.ts'

export type SeenKind =
  | 'command'
  | 'message'
  | 'call'
  | 'blob'
  | 'session-message'
  | 'session-answer'
  | 'reply'
  | 'release'
export type SeenDirection = 'to-enclave' | 'from-enclave'

export interface SeenPayload {
  readonly at: number
  readonly direction: SeenDirection
  readonly kind: SeenKind
  readonly size: number
  /** The first 16 bytes. */
  readonly preview: string
}

export interface SeenReport {
  readonly label: string
  readonly totals: { readonly [name: string]: { readonly count: number; readonly bytes: number } }
  readonly latest: readonly SeenPayload[]
}

const PREVIEW_BYTES = 16
const LABEL =
  'DEVELOPMENT: all that this host, which nobody has to trust, saw of the contracts it runs; sizes and ciphertext'

/**
 * @example
 * seen.record('to-enclave', 'command', sealed)
 * seen.report().totals['to-enclave command'] // { count: 54, bytes: 172_800 }
 */
export class Seen {
  readonly #now: () => number
  readonly #totals = new Map<string, { count: number; bytes: number }>()
  /** Shown as text when somebody looks, which is seldom. */
  readonly #latest: (Omit<SeenPayload, 'preview'> & { readonly first: Uint8Array })[] = []
  /** Place of the oldest, once all are taken. */
  #oldest = 0

  constructor(now: () => number) {
    this.#now = now
  }

  record(direction: SeenDirection, kind: SeenKind, payload: Uint8Array): void {
    const name = `${direction} ${kind}`
    const total = this.#totals.get(name) ?? { count: 0, bytes: 0 }
    this.#totals.set(name, total)
    total.count += 1
    total.bytes += payload.length
    // A copy: a view would keep the whole payload.
    const first = copyBytes(payload, 0, Math.min(payload.length, PREVIEW_BYTES))
    this.#latest[this.#oldest] = { at: this.#now(), direction, kind, size: payload.length, first }
    this.#oldest = (this.#oldest + 1) % workerLimits.seen
  }

  report(): SeenReport {
    const inOrder = [...this.#latest.slice(this.#oldest), ...this.#latest.slice(0, this.#oldest)]
    const latest = inOrder.map(({ first, ...rest }) => ({ ...rest, preview: toHex(first) }))
    return { label: LABEL, totals: structuredClone(Object.fromEntries(this.#totals)), latest }
  }
}

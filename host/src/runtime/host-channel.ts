/**
 * Questions of a runtime in a thread to its host in another, which waits meanwhile: both sides work synchronously on one piece
 * of shared memory, a message at a time.
 */
import { type Infer, t } from '@pha/core/schema'
import { rehearsalLimits } from './limits.ts'

const Scheme = t.enum('Scheme', { Ed25519: null, Sr25519: null, Ecdsa: null })

/** What the thread says. */
export const Question = t.enum('Question', {
  get: t.bytes,
  set: { key: t.bytes, value: t.option(t.bytes) },
  nextKey: { prefix: t.bytes, after: t.option(t.bytes) },
  storageRoot: null,
  orderedRoot: t.vec(t.bytes),
  verify: { scheme: Scheme, signature: t.bytes, message: t.bytes, account: t.bytes },
  archive: { key: t.bytes, value: t.bytes },
  /** The rehearsal is over; with what refused it, or nothing. */
  done: t.option(t.text),
})
export type Question = Infer<typeof Question>

/** What the host says. */
export const Answer = t.enum('Answer', { bytes: t.option(t.bytes), holds: t.bool, failed: t.text })
export type Answer = Infer<typeof Answer>

/** Bytes before the message. */
const HEAD = 12
const TURN = 0
const LENGTH = 1

const PHASE = 2

/** Whether the thread has begun, or the host has given it up before that: the first word counts for both. */
const PHASES = { loading: 0, begun: 1, abandoned: 2 } as const

/** Whose turn it is to speak. */
const TURNS = { thread: 0, host: 1 } as const
type Side = keyof typeof TURNS

export class HostChannel {
  readonly memory: SharedArrayBuffer
  readonly #control: Int32Array<SharedArrayBuffer>
  readonly #message: Uint8Array

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(HEAD + rehearsalLimits.messageBytes)) {
    this.memory = memory
    this.#control = new Int32Array(memory, 0, HEAD / 4)
    this.#message = new Uint8Array(memory, HEAD)
  }

  /** The thread's first word. False if the host has not waited for it: then there is nothing to do. */
  begin(): boolean {
    const isFirst = Atomics.compareExchange(this.#control, PHASE, PHASES.loading, PHASES.begun) === PHASES.loading
    Atomics.notify(this.#control, PHASE)
    return isFirst
  }

  /** Waits for the thread's first word, and gives the thread up if the time is over first. */
  hasBegun(timeoutMs: number): boolean {
    Atomics.wait(this.#control, PHASE, PHASES.loading, timeoutMs)
    return Atomics.compareExchange(this.#control, PHASE, PHASES.loading, PHASES.abandoned) === PHASES.begun
  }

  /**
   * Leaves a message and gives the turn to the other side.
   * @throws RangeError if it is longer than the memory
   */
  send(to: Side, message: Uint8Array): void {
    this.#message.set(message)
    Atomics.store(this.#control, LENGTH, message.length)
    Atomics.store(this.#control, TURN, TURNS[to])
    Atomics.notify(this.#control, TURN)
  }

  /** Waits for one's turn and takes the message; `undefined` if the time is over first. */
  receive(side: Side, timeoutMs: number = Number.POSITIVE_INFINITY): Uint8Array | undefined {
    const other = side === 'host' ? TURNS.thread : TURNS.host
    if (Atomics.wait(this.#control, TURN, other, timeoutMs) === 'timed-out') return undefined
    return this.#message.slice(0, Math.min(Atomics.load(this.#control, LENGTH), this.#message.length))
  }
}

/**
 * Looks again at what may have become invalid while it waited: of each sender whose account changed, the first one (a
 * fee that it cannot pay any more, an era that ended); the others follow when they are first. A few at a time, so that
 * neither blocks nor clients wait.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TransactionValidity } from '@pha/runtime/interface'
import type { Validated } from '../../validation/index.ts'
import { poolLimits } from '../limits.ts'
import type { PoolEntry } from './entry.ts'

export interface RevalidationComponents {
  readonly firstOf: (sender: string) => PoolEntry | undefined
  readonly validated: (entry: PoolEntry) => Promise<Validated>
  readonly refused: (entry: PoolEntry, error: Refused['error']) => void
  readonly onFault: (where: string, cause: unknown) => void
}

type Refused = Extract<TransactionValidity, { ok: false }>

/** In one turn of the event loop: some 1 ms. */
const IN_A_TURN = 8

export class Revalidation {
  readonly #components: RevalidationComponents
  readonly #senders = new Set<string>()
  #runs = false
  #budget = 0

  constructor(components: RevalidationComponents) {
    this.#components = components
  }

  /** Notes a sender; he is looked at once, however often he is noted. */
  add(sender: string): void {
    this.#senders.add(sender)
  }

  /** Begins a block's share of the work. */
  run(): void {
    this.#budget = poolLimits.revalidatedPerBlock
    if (this.#runs || this.#senders.size === 0) return
    this.#runs = true
    this.#work()
      .catch((cause: unknown) => this.#components.onFault('revalidation', cause))
      .finally(() => {
        this.#runs = false
      })
  }

  /** Validates all of these anew, in their order, and hands each over; without a word if the runtime fails on it. */
  readmit(entries: readonly PoolEntry[], admit: (entry: PoolEntry, validated: Validated | undefined) => void): void {
    const work = async (): Promise<void> => {
      for (let i = 0; i < entries.length; i += IN_A_TURN) {
        await nextTurn()
        const some = entries.slice(i, i + IN_A_TURN)
        const validated = await Promise.allSettled(some.map((entry) => this.#components.validated(entry)))
        for (const [at, result] of validated.entries()) {
          if (result.status === 'rejected') this.#components.onFault('readmission', result.reason)
          admit(some[at] as PoolEntry, result.status === 'rejected' ? undefined : result.value)
        }
      }
    }
    work().catch((cause: unknown) => this.#components.onFault('readmission', cause))
  }

  async #work(): Promise<void> {
    while (this.#budget > 0 && this.#senders.size > 0) {
      await nextTurn()
      const some = this.#take()
      this.#budget -= some.length
      await Promise.all(some.map((sender) => this.#look(sender)))
    }
  }

  /** The next few. Of who has nothing left, which costs nothing to see, the rest is forgotten on the way. */
  #take(): readonly string[] {
    const taken: string[] = []
    for (const sender of this.#senders) {
      this.#senders.delete(sender)
      if (this.#components.firstOf(sender) === undefined) continue
      if (taken.push(sender) === IN_A_TURN) break
    }
    return taken
  }

  async #look(sender: string): Promise<void> {
    const entry = this.#components.firstOf(sender)
    if (entry === undefined) return
    const { validity } = await this.#components.validated(entry)
    if (validity === 'busy' || validity.ok || this.#components.firstOf(sender) !== entry) return
    this.#components.refused(entry, validity.error)
    // Who cannot pay for one may not be able to pay for the next.
    this.#senders.add(sender)
  }
}

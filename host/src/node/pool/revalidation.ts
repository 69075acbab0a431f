/**
 * Looks again at what may have become invalid while it waited: of each sender whose account changed, the first one (a
 * fee that it cannot pay any more, an era that ended); the others follow when they are first. A few at a time, so that
 * neither blocks nor clients wait.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TransactionValidity } from '@pha/runtime/chain'
import type { Validated } from '../arrivals.ts'
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

  /** Validates all of these anew, in their order, and hands each over. */
  readmit(entries: readonly PoolEntry[], admit: (entry: PoolEntry, validated: Validated) => void): void {
    const work = async (): Promise<void> => {
      for (let i = 0; i < entries.length; i += IN_A_TURN) {
        await nextTurn()
        const some = entries.slice(i, i + IN_A_TURN)
        const validated = await Promise.all(some.map((entry) => this.#components.validated(entry)))
        some.forEach((entry, at) => {
          admit(entry, validated[at] as Validated)
        })
      }
    }
    work().catch((cause: unknown) => this.#components.onFault('readmission', cause))
  }

  async #work(): Promise<void> {
    while (this.#budget > 0 && this.#senders.size > 0) {
      await nextTurn()
      const some = [...this.#senders].slice(0, IN_A_TURN)
      this.#budget -= some.length
      for (const sender of some) this.#senders.delete(sender)
      await Promise.all(some.map((sender) => this.#look(sender)))
    }
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

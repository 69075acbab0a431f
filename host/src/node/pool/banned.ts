/** Transactions that can never be valid, by hash, for a while: sending one again costs us a look-up. */
import type { Hex } from '@pha/core/codec'
import { poolLimits } from '../limits.ts'

export class Banned {
  /** Until when, in the order of bans. */
  readonly #until = new Map<Hex, number>()

  add(hash: Hex, nowMs: number): void {
    this.#until.delete(hash)
    this.#until.set(hash, nowMs + poolLimits.banMs)
    if (this.#until.size <= poolLimits.banned) return
    for (const oldest of this.#until.keys()) {
      this.#until.delete(oldest)
      return
    }
  }

  has(hash: Hex, nowMs: number): boolean {
    const until = this.#until.get(hash)
    if (until === undefined) return false
    if (until > nowMs) return true
    this.#until.delete(hash)
    return false
  }

  /** Forgets all: another runtime may see them differently. */
  clear(): void {
    this.#until.clear()
  }
}

/** Transactions that can never be valid, by hash, for a while: sending one again costs us a look-up. */
import type { Hex } from '@pha/core/codec'
import { RecentMap } from '../../recent-map.ts'
import { poolLimits } from '../limits.ts'

export class Banned {
  /** Until when. */
  readonly #until = new RecentMap<Hex, number>(poolLimits.banned)

  add(hash: Hex, nowMs: number): void {
    this.#until.set(hash, nowMs + poolLimits.banMs)
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

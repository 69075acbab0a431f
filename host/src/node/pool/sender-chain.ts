/** What waits of one sender, by nonce. It is ready as far as nonces follow one another from the account's next one. */
import type { PoolEntry } from './entry.ts'

export class SenderChain {
  readonly sender: string
  readonly #entries = new Map<number, PoolEntry>()
  /** Sorted. */
  readonly #nonces: number[] = []
  #bytes = 0
  /** The account's next nonce; unknown while all that waits is from the future. */
  #next: number | undefined
  /** The first nonce from `#next` on that is missing. */
  #readyEnd = -1

  constructor(sender: string) {
    this.sender = sender
  }

  get size(): number {
    return this.#nonces.length
  }

  get bytes(): number {
    return this.#bytes
  }

  at(nonce: number): PoolEntry | undefined {
    return this.#entries.get(nonce)
  }

  /** The one with the lowest nonce, ready or not. */
  first(): PoolEntry | undefined {
    return this.at(this.#nonces[0] ?? -1)
  }

  last(): PoolEntry | undefined {
    return this.at(this.#nonces.at(-1) ?? -1)
  }

  /** The one whose turn is next, if it is here. */
  head(): PoolEntry | undefined {
    return this.#next === undefined ? undefined : this.at(this.#next)
  }

  before(nonce: number): PoolEntry | undefined {
    return this.at(this.#nonces[this.#indexOf(nonce) - 1] ?? -1)
  }

  /** All below a nonce. */
  below(nonce: number): readonly PoolEntry[] {
    return this.#nonces.slice(0, this.#indexOf(nonce)).map((each) => this.at(each) as PoolEntry)
  }

  *[Symbol.iterator](): Generator<PoolEntry> {
    for (const nonce of [...this.#nonces]) yield this.at(nonce) as PoolEntry
  }

  /** Whether what has this nonce is ready, or would be if it were here. */
  isReady(nonce: number): boolean {
    return this.#next !== undefined && nonce >= this.#next && nonce <= this.#readyEnd
  }

  /** How many of the sender's transactions go before this one, whether they are here or not. */
  depth(nonce: number): number {
    return this.#next === undefined ? nonce : nonce - this.#next
  }

  /** @returns what became ready, in the order of nonces */
  add(entry: PoolEntry): readonly PoolEntry[] {
    this.#nonces.splice(this.#indexOf(entry.nonce), 0, entry.nonce)
    this.#entries.set(entry.nonce, entry)
    this.#bytes += entry.bytes.length
    return this.#extend(entry.isNext ? entry.nonce : this.#next)
  }

  /** @returns what is not ready any more, in the order of nonces */
  remove({ nonce, bytes }: PoolEntry): readonly PoolEntry[] {
    const wasReady = this.isReady(nonce)
    const end = this.#readyEnd
    this.#nonces.splice(this.#indexOf(nonce), 1)
    this.#entries.delete(nonce)
    this.#bytes -= bytes.length
    if (!wasReady) return []
    this.#readyEnd = nonce
    const waiting: PoolEntry[] = []
    for (let each = nonce + 1; each < end; each++) waiting.push(this.at(each) as PoolEntry)
    return waiting
  }

  /** Puts one in the place of another with the same nonce. */
  replace(old: PoolEntry, entry: PoolEntry): void {
    this.#entries.set(entry.nonce, entry)
    this.#bytes += entry.bytes.length - old.bytes.length
  }

  /**
   * Follows the account's nonce. What is below it is not ready any more and for the caller to remove.
   * @returns what became ready
   */
  moveTo(next: number): readonly PoolEntry[] {
    return this.#extend(next)
  }

  #extend(next: number | undefined): readonly PoolEntry[] {
    if (next === undefined) return []
    const from = this.#next === next ? this.#readyEnd : next
    const known = this.#next !== undefined && this.#next < next && next <= this.#readyEnd ? this.#readyEnd : from
    this.#next = next
    this.#readyEnd = known
    const ready: PoolEntry[] = []
    for (let entry = this.at(this.#readyEnd); entry !== undefined; entry = this.at(this.#readyEnd)) {
      ready.push(entry)
      this.#readyEnd++
    }
    return ready
  }

  /** Where a nonce is in `#nonces`, or would be. */
  #indexOf(nonce: number): number {
    let low = 0
    for (let high = this.#nonces.length; low < high; ) {
      const middle = (low + high) >>> 1
      if ((this.#nonces[middle] as number) < nonce) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** A table with writes over it that LMDB does not have yet: readers see both as one. */
import type { Entry } from '@pha/core/trie'
import { bytesOfText, byteText } from '../byte-text.ts'
import { lowerBound } from '../lower-bound.ts'
import { read, readEntries, readInPlace, type Table, type Write } from './tables.ts'

/** The last write of each key. */
class Layer {
  readonly #writes = new Map<string, Write>()
  /** Keys in order, as of the last walk, and those that came since. */
  #sorted: readonly string[] = []
  #unsorted: string[] = []

  get size(): number {
    return this.#writes.size
  }

  get(text: string): Write | undefined {
    return this.#writes.get(text)
  }

  set(write: Write): void {
    const text = byteText(write[1])
    if (!this.#writes.has(text)) this.#unsorted.push(text)
    this.#writes.set(text, write)
  }

  values(): Iterable<Write> {
    return this.#writes.values()
  }

  texts(): Iterable<string> {
    return this.#writes.keys()
  }

  /** In key order: writes of keys that begin with `prefix` and come after `after`. */
  *walk(prefix: string, after: string | undefined): Generator<Write, void, undefined> {
    const sorted = this.#inOrder()
    const from = after === undefined || after < prefix ? prefix : after
    for (let i = lowerBound(sorted, from); i < sorted.length; i++) {
      const text = sorted[i] as string
      if (!text.startsWith(prefix)) return
      if (text !== after) yield this.#writes.get(text) as Write
    }
  }

  #inOrder(): readonly string[] {
    if (this.#unsorted.length > 0) {
      // Two runs in order: the sort merges them in one pass.
      this.#sorted = [...this.#sorted, ...this.#unsorted.sort()].sort()
      this.#unsorted = []
    }
    return this.#sorted
  }
}

/**
 * Two layers: the newest takes writes; the one below is on its way into LMDB and no longer changes.
 *
 * @example
 * table.set(['numbers', key, hash])
 * const writes = table.hand() // to LMDB; `table` shows them all the while
 * table.drop() // LMDB has them
 */
export class LayeredTable {
  readonly #table: Table
  #newest = new Layer()
  #leaving = new Layer()

  constructor(table: Table) {
    this.#table = table
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const write = this.#ahead(key)
    return write === undefined ? read(this.#table, key) : write[2]
  }

  /** As `get` without a copy: what it gives may be overwritten by the next read of the database. */
  getInPlace(key: Uint8Array): Uint8Array | undefined {
    const write = this.#ahead(key)
    return write === undefined ? readInPlace(this.#table, key) : write[2]
  }

  /** The arrays of `write` belong to the table from then on. */
  set(write: Write): void {
    this.#newest.set(write)
  }

  /**
   * Entries whose keys begin with `prefix` and come after `startAfter`, in key order. A walk ends with the first write
   * after its beginning: what it shows then is neither the state before nor the one after.
   */
  entries(prefix: Uint8Array, startAfter?: Uint8Array): Generator<Entry, void, undefined> {
    const [text, after] = [byteText(prefix), startAfter && byteText(startAfter)]
    const stored = readEntries(this.#table, prefix, startAfter)
    return over(this.#newest.walk(text, after), over(this.#leaving.walk(text, after), stored))
  }

  /** How many keys have a value. */
  count(): number {
    let { entryCount: count } = this.#table.getStats() as { readonly entryCount: number }
    for (const text of new Set([...this.#leaving.texts(), ...this.#newest.texts()])) {
      const key = bytesOfText(text)
      count += Number(this.get(key) !== undefined) - Number(this.#table.doesExist(key))
    }
    return count
  }

  /** The writes since the last time, which go into LMDB now. */
  hand(): Iterable<Write> {
    this.#leaving = this.#newest
    this.#newest = new Layer()
    return this.#leaving.values()
  }

  /** LMDB has what was handed over. */
  drop(): void {
    this.#leaving = new Layer()
  }

  #ahead(key: Uint8Array): Write | undefined {
    if (this.#newest.size === 0 && this.#leaving.size === 0) return undefined
    const text = byteText(key)
    return this.#newest.get(text) ?? this.#leaving.get(text)
  }
}

/** `upper` in place of what `lower` has of the same keys. */
function* over(
  upper: Generator<Write, void, undefined>,
  lower: Generator<Entry, void, undefined>,
): Generator<Entry, void, undefined> {
  try {
    let above = upper.next()
    let below = lower.next()
    while (!above.done) {
      const [, key, value] = above.value
      const order = below.done ? 1 : Buffer.compare(below.value[0], key)
      if (order < 0 && !below.done) {
        yield below.value
        below = lower.next()
        continue
      }
      if (order === 0) below = lower.next()
      if (value !== undefined) yield [key, value]
      above = upper.next()
    }
    if (below.done) return
    yield below.value
    yield* lower
  } finally {
    // A walk that its reader leaves early must give back the cursor.
    lower.return()
  }
}

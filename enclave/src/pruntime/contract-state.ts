/**
 * A contract's state: a trie of the contract's own entries and two of ours. `:salt` keeps the root from being guessed;
 * `:topic` says which message the state follows, so that who restores a state knows where its topic goes on.
 */
import { compareBytes, equalBytes, toHex, utf8Encode } from '@pha/core/codec'
import { EMPTY_STATE_ROOT, EMPTY_TOPIC, TopicHead } from '@pha/core/protocol'
import { type Change, emptyTrie, type Trie } from '@pha/core/trie'
import type { StateAccess } from '../executors/index.ts'
import { enclaveLimits } from '../limits.ts'

export const SALT_KEY = utf8Encode(':salt')
export const TOPIC_KEY = utf8Encode(':topic')

/** Immutable: settled states stay readable by queries while the next batch runs. */
export class ContractState {
  readonly trie: Trie
  /** What its entries count; follows from the entries alone, so it is the same after any way of getting here. */
  readonly size: number

  private constructor(trie: Trie, size: number) {
    this.trie = trie
    this.size = size
  }

  /** A state restored from all of its entries, ours among them. */
  static of(entries: readonly Change[]): ContractState {
    return new ContractState(emptyTrie(1), 0).apply(entries)
  }

  /** Before the first message. Its root is by definition `EMPTY_STATE_ROOT`. */
  static initial(salt: Uint8Array): ContractState {
    return ContractState.of([[SALT_KEY, salt]])
  }

  /** Head of the contract's topic after the last message that this state contains. */
  get topic(): TopicHead {
    const stored = this.trie.get(TOPIC_KEY)
    return stored === undefined ? EMPTY_TOPIC : TopicHead.decode(stored)
  }

  root(): Uint8Array {
    return this.trie.get(TOPIC_KEY) === undefined ? EMPTY_STATE_ROOT : this.trie.root()
  }

  apply(changes: readonly Change[]): ContractState {
    let { trie, size } = this
    for (const change of changes) {
      const [key, value] = change
      size += sizeOf(change) - sizeOf([key, trie.get(key)])
      trie = value === undefined ? trie.remove(key) : trie.insert(key, value)
    }
    return new ContractState(trie, size)
  }
}

/** A contract wrote one of our entries or too much: the message traps, on every replica. */
export class StateLimitError extends Error {
  override readonly name = 'StateLimitError'
}

/** Writes of one message over a state; dropped unless the message succeeds. */
export class BufferedWrites implements StateAccess {
  readonly #trie: Trie
  readonly #writes = new Map<string, Change>()
  /** The state with all writes but the last ones: what `nextKey` walks. */
  #written: Trie
  readonly #unapplied = new Map<string, Change>()
  #bytes = 0

  constructor({ trie }: ContractState) {
    this.#trie = trie
    this.#written = trie
  }

  get(key: Uint8Array): Uint8Array | undefined {
    if (isReserved(key)) return undefined
    const written = this.#writes.get(toHex(key))
    return written === undefined ? this.#trie.get(key) : written[1]
  }

  set(key: Uint8Array, value: Uint8Array | undefined): void {
    if (isReserved(key)) throw new StateLimitError('reserved key')
    const name = toHex(key)
    const change: Change = [Uint8Array.from(key), value === undefined ? undefined : Uint8Array.from(value)]
    const before = this.#writes.get(name)
    this.#bytes += writtenSize(change) - (before === undefined ? 0 : writtenSize(before))
    if (this.#bytes > enclaveLimits.writtenBytes) throw new StateLimitError('too many bytes')
    this.#writes.set(name, change)
    this.#unapplied.set(name, change)
  }

  /** O(depth) whatever was written or removed before: gas pays a fixed price for each call. */
  nextKey(prefix: Uint8Array, after: Uint8Array | undefined): Uint8Array | undefined {
    this.#written = this.#written.applyChanges(this.#unapplied.values())
    this.#unapplied.clear()
    for (const [key] of this.#written.entries(prefix, after)) if (!isReserved(key)) return key
    return undefined
  }

  /** What changed, in key order. A write of the same value as before is no change. */
  changes(): Change[] {
    return [...this.#writes.values()]
      .filter(([key, value]) => !sameValue(this.#trie.get(key), value))
      .sort(([left], [right]) => compareBytes(left, right))
  }
}

/** State as a query sees it. */
export function readOnly(state: ContractState): StateAccess {
  const view = new BufferedWrites(state)
  return {
    get: (key) => view.get(key),
    set: () => {
      throw new StateLimitError('queries do not write')
    },
    nextKey: (prefix, after) => view.nextKey(prefix, after),
  }
}

function isReserved(key: Uint8Array): boolean {
  return equalBytes(key, SALT_KEY) || equalBytes(key, TOPIC_KEY)
}

/** What an entry counts in a state; nothing when it is absent. */
function sizeOf(change: Change): number {
  return change[1] === undefined ? 0 : writtenSize(change)
}

/** What a write counts in a message: a removal takes a place in the delta too. */
function writtenSize([key, value]: Change): number {
  return enclaveLimits.entryBytes + key.length + (value?.length ?? 0)
}

function sameValue(left: Uint8Array | undefined, right: Uint8Array | undefined): boolean {
  if (left === undefined || right === undefined) return left === right
  return equalBytes(left, right)
}

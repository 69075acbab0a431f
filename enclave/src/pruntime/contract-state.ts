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

  constructor(trie: Trie) {
    this.trie = trie
  }

  /** Before the first message. Its root is by definition `EMPTY_STATE_ROOT`. */
  static initial(salt: Uint8Array): ContractState {
    return new ContractState(emptyTrie(1).insert(SALT_KEY, salt))
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
    return new ContractState(this.trie.applyChanges(changes))
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
  #bytes = 0

  constructor({ trie }: ContractState) {
    this.#trie = trie
  }

  get(key: Uint8Array): Uint8Array | undefined {
    if (isReserved(key)) return undefined
    const written = this.#writes.get(toHex(key))
    return written === undefined ? this.#trie.get(key) : written[1]
  }

  set(key: Uint8Array, value: Uint8Array | undefined): void {
    if (isReserved(key)) throw new StateLimitError('reserved key')
    const name = toHex(key)
    this.#bytes += key.length + (value?.length ?? 0) - sizeOf(this.#writes.get(name))
    if (this.#bytes > enclaveLimits.writtenBytes) throw new StateLimitError('too many bytes')
    this.#writes.set(name, [Uint8Array.from(key), value === undefined ? undefined : Uint8Array.from(value)])
  }

  nextKey(prefix: Uint8Array, after: Uint8Array | undefined): Uint8Array | undefined {
    const inState = this.#nextInState(prefix, after)
    let next = inState
    // PERF: linear in the writes of one message, which gas bounds.
    for (const [key, value] of this.#writes.values()) {
      if (value === undefined || !startsWith(key, prefix)) continue
      if (after !== undefined && compareBytes(key, after) <= 0) continue
      if (next === undefined || compareBytes(key, next) < 0) next = key
    }
    return next
  }

  /** What changed, in key order. A write of the same value as before is no change. */
  changes(): Change[] {
    return [...this.#writes.values()]
      .filter(([key, value]) => !sameValue(this.#trie.get(key), value))
      .sort(([left], [right]) => compareBytes(left, right))
  }

  #nextInState(prefix: Uint8Array, after: Uint8Array | undefined): Uint8Array | undefined {
    for (const [key] of this.#trie.entries(prefix, after)) {
      if (isReserved(key)) continue
      const written = this.#writes.get(toHex(key))
      if (written === undefined || written[1] !== undefined) return key
    }
    return undefined
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

function sizeOf(change: Change | undefined): number {
  return change === undefined ? 0 : change[0].length + (change[1]?.length ?? 0)
}

function startsWith(key: Uint8Array, prefix: Uint8Array): boolean {
  return key.length >= prefix.length && equalBytes(key.subarray(0, prefix.length), prefix)
}

function sameValue(left: Uint8Array | undefined, right: Uint8Array | undefined): boolean {
  if (left === undefined || right === undefined) return left === right
  return equalBytes(left, right)
}

/** The state trie as an immutable value: each change gives a new trie that shares what did not change. */
import { blake2b256 } from '../crypto/hash.ts'
import { EMPTY_NODE, isHashedValue, isInline, referenceOf, type TrieVersion } from './encode-node.ts'
import { type Entry, entriesOf } from './entries.ts'
import { MAX_KEY_BYTES, MAX_VALUE_BYTES } from './limits.ts'
import { clearPrefixAt, findAt, insertAt, type Node, removeAt } from './node.ts'
import { TrieError } from './trie-error.ts'

/** A change of one key; `undefined` removes it. */
export type Change = readonly [key: Uint8Array, value: Uint8Array | undefined]

/** Reads the state of one trie faster than a walk does, until that state is no longer the newest. */
export interface FlatState {
  isCurrent(): boolean
  get(key: Uint8Array): Uint8Array | undefined
  entries(prefix: Uint8Array, startAfter: Uint8Array | undefined): Generator<Entry, void, undefined>
}

const NO_PREFIX = new Uint8Array(0)

/**
 * A trie without keys, of Substrate state version 0 or 1.
 *
 * @example
 * const before = emptyTrie(1).insert(key, value)
 * const after = before.remove(key) // `before` still holds the key
 */
export function emptyTrie(version: TrieVersion): Trie {
  return new Trie(version, undefined)
}

/** Arrays that go in are copied; arrays that `get` and `entries` give out belong to the trie and must not be written to. */
export class Trie {
  readonly version: TrieVersion
  /** For this folder only: proofs walk it. */
  readonly rootNode: Node | undefined

  readonly #flat: FlatState | undefined

  constructor(version: TrieVersion, rootNode: Node | undefined, flat?: FlatState) {
    this.version = version
    this.rootNode = rootNode
    this.#flat = flat
  }

  /** The value at `key`, or `undefined`. A key that is too long is simply absent. */
  get(key: Uint8Array): Uint8Array | undefined {
    return this.#flat?.isCurrent() ? this.#flat.get(key) : findAt(this.rootNode, key)?.value
  }

  /** BLAKE2b-256 of the value at `key`; of a long value without reading it again, where the state version keeps it. */
  hashOf(key: Uint8Array): Uint8Array | undefined {
    const node = findAt(this.rootNode, key)
    if (node?.value === undefined) return undefined
    if (!isHashedValue(node.value, this.version)) return blake2b256(node.value)
    node.valueHash ??= blake2b256(node.value)
    return node.valueHash.slice()
  }

  /**
   * The trie with `value` at `key`; an empty value is a value.
   *
   * @throws TrieError `trie.key-too-long` or `trie.value-too-long` (limits.ts)
   */
  insert(key: Uint8Array, value: Uint8Array): Trie {
    if (key.length > MAX_KEY_BYTES) throw new TrieError('trie.key-too-long', `key of ${key.length} bytes`)
    if (value.length > MAX_VALUE_BYTES) throw new TrieError('trie.value-too-long', `value of ${value.length} bytes`)
    return this.#next(insertAt(this.rootNode, new Uint8Array(key), 0, new Uint8Array(value)))
  }

  /** The trie without `key`; this very trie when it is absent. */
  remove(key: Uint8Array): Trie {
    return this.#next(this.rootNode && removeAt(this.rootNode, key))
  }

  /** Applies `changes` in their order, so the last change of a key wins. Throws as `insert` does. */
  applyChanges(changes: Iterable<Change>): Trie {
    let trie: Trie = this
    for (const [key, value] of changes) trie = value === undefined ? trie.remove(key) : trie.insert(key, value)
    return trie
  }

  /** The trie without the keys that begin with `prefix`. Cost: O(depth). */
  clearPrefix(prefix: Uint8Array): Trie {
    return this.#next(this.rootNode && clearPrefixAt(this.rootNode, prefix))
  }

  /**
   * Entries in key order, lazily: those with `prefix` and after `startAfter`. O(depth) to the first one.
   *
   * @example
   * const page: Entry[] = []
   * for (const entry of trie.entries(prefix, lastKey)) if (page.push(entry) === 1000) break
   */
  entries(prefix: Uint8Array = NO_PREFIX, startAfter?: Uint8Array): Generator<Entry, void, undefined> {
    if (this.#flat?.isCurrent()) return this.#flat.entries(prefix, startAfter)
    return entriesOf(this.rootNode, prefix, startAfter)
  }

  /** The 32-byte root. Cost grows with the paths changed since the last root of a trie that this one came from. */
  root(): Uint8Array {
    if (this.rootNode === undefined) return blake2b256(EMPTY_NODE)
    const reference = referenceOf(this.rootNode, this.version)
    // The root is hashed however short it is, unlike every other node.
    return isInline(reference) ? blake2b256(reference) : reference.slice()
  }

  #next(rootNode: Node | undefined): Trie {
    return rootNode === this.rootNode ? this : new Trie(this.version, rootNode)
  }
}

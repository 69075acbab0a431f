/**
 * State on disk: trie nodes for roots, proofs and older states; a flat table for reads at the head.
 *
 * Finality is linear, so nothing is counted: a block notes which nodes it made superfluous, and when the last state that
 * needs them is no longer kept, they go. A node that came back in between carries the number of a later block and stays.
 */
import { type Change, type FlatState, type NodeSource, type StoredNode, StoredTries, type Trie } from '@pha/core/trie'
import { decodeRecord, encodeRecord, keyOf, nodeKey } from './node-record.ts'
import type { Pruning } from './pruning.ts'
import { ReplacedNodes } from './stored-block.ts'
import { META, numberKey, numberOf, put, read, readEntries, type Tables } from './tables.ts'

/**
 * Nodes in memory, in bytes of V8's heap: of 5,000,000 accounts the upper four levels below a map (70,000 nodes of
 * 3.3 KB), so that a change reads two nodes from the disk. Small chains are in memory as a whole.
 */
const CACHED_NODE_BYTES = 256 * 1024 * 1024

/** Blocks whose nodes one block removes at most: a node that is told to keep fewer states catches up without a pause. */
const PRUNED_AT_ONCE = 4

/** A block's state, ready to be written. */
export interface PreparedState {
  /** To be called inside the transaction. */
  readonly write: () => void
  /** To be called once the transaction is on disk: `trie` is the head's from then on. */
  readonly settle: () => void
}

export class StateStore implements NodeSource {
  readonly #tables: Tables
  readonly #pruning: Pruning
  readonly #tries: StoredTries
  #head: Trie | undefined
  /** Changes when the flat table may no longer be what a trie was opened with. */
  #flatVersion = 0

  constructor(tables: Tables, pruning: Pruning) {
    this.#tables = tables
    this.#pruning = pruning
    this.#tries = new StoredTries({ version: 1, source: this, cacheBytes: CACHED_NODE_BYTES })
  }

  read(path: Uint8Array, nibbles: number, hash: Uint8Array): StoredNode | undefined {
    const record = read(this.#tables.nodes, nodeKey(path, nibbles, hash))
    return record && decodeRecord(record)
  }

  /** The state at the head, whose root is `root`. Its reads go to the flat table until the next block is written. */
  head(root: Uint8Array): Trie {
    this.#head ??= this.#tries.open(root, this.#flat())
    return this.#head
  }

  /** An older state. Throws TrieError `trie.node-missing` if its nodes are gone. */
  open(root: Uint8Array): Trie {
    return this.#tries.open(root)
  }

  /** The oldest block whose state is kept, when `head` is the newest block. */
  oldest(head: number): number {
    if (this.#pruning === 'archive') {
      const first = read(this.#tables.meta, META.firstState)
      return first === undefined ? 0 : numberOf(first)
    }
    for (const key of this.#tables.replaced.getKeys({ limit: 1 })) return numberOf(key) - 1
    return head
  }

  /** What block `number` does to the tables, from the state at the head to `next`. */
  prepare(number: number, before: Trie, next: Trie, changes: readonly Change[]): PreparedState {
    const { nodes, replaced, state } = this.#tables
    const superfluous = [...this.#tries.replaced(before, next)].map(keyOf)
    const due = this.#pruning === 'archive' ? [] : this.#due(number - this.#pruning + 1)
    const added: (readonly [key: Uint8Array, record: Uint8Array])[] = []
    this.#tries.write(next, (node) => added.push([keyOf(node), encodeRecord(number, node)]))
    return {
      write: () => {
        // Until the transaction is on disk, readers of the head must not meet half of the next block.
        this.#flatVersion++
        for (const { key, removed } of due) {
          for (const node of removed) void nodes.remove(node)
          void replaced.remove(key)
        }
        for (const [key, record] of added) put(nodes, key, record)
        if (this.#pruning !== 'archive' && number > 0) {
          put(replaced, numberKey(number), ReplacedNodes.encode(superfluous))
        }
        for (const [key, value] of changes) {
          if (value === undefined) void state.remove(key)
          else put(state, key, value)
        }
      },
      settle: () => {
        this.#head = this.#tries.withFlat(next, this.#flat())
      },
    }
  }

  /** What the blocks up to `last` made superfluous and no later block brought back. */
  #due(last: number): { readonly key: Uint8Array; readonly removed: readonly Uint8Array[] }[] {
    const due: { readonly key: Uint8Array; readonly removed: readonly Uint8Array[] }[] = []
    if (last < 1) return due
    for (const { key, value } of this.#tables.replaced.getRange({ end: numberKey(last + 1), limit: PRUNED_AT_ONCE })) {
      const number = numberOf(key)
      const removed = ReplacedNodes.decode(new Uint8Array(value)).filter((node) => {
        const record = read(this.#tables.nodes, node)
        return record !== undefined && (decodeRecord(record)?.number ?? 0) < number
      })
      due.push({ key: new Uint8Array(key), removed })
    }
    return due
  }

  #flat(): FlatState {
    const version = this.#flatVersion
    return {
      isCurrent: () => this.#flatVersion === version,
      get: (key) => (key.length === 0 ? undefined : read(this.#tables.state, key)),
      entries: (prefix, startAfter) => readEntries(this.#tables.state, prefix, startAfter),
    }
  }
}

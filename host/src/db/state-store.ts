/**
 * State on disk: trie nodes for roots, proofs and older states; a flat table for reads at the head.
 *
 * Finality is linear, so nothing is counted: a block notes which nodes it made superfluous, and when the last state that
 * needs them is no longer kept, they go. A node that came back in between carries the number of a later block and stays.
 */
import {
  type Change,
  type Entry,
  type FlatState,
  type NodeSource,
  type StoredNode,
  StoredTries,
  type Trie,
} from '@pha/core/trie'
import { Slab } from '../slab.ts'
import type { LayeredTables } from './layers.ts'
import { decodeRecord, encodeRecord, keyOf, nodeKey } from './node-record.ts'
import type { Pruning } from './pruning.ts'
import { ReplacedNodes } from './stored-block.ts'
import { META, numberKey, numberOf, plain, type Write } from './tables.ts'

/**
 * Nodes in memory, in bytes of V8's heap: of 5,000,000 accounts the upper four levels below a map (70,000 nodes of
 * 3.3 KB), so that a change reads two nodes from the disk. Small chains are in memory as a whole.
 */
const CACHED_NODE_BYTES = 256 * 1024 * 1024

/** Blocks whose nodes one block removes at most: a node that is told to keep fewer states catches up without a pause. */
const PRUNED_AT_ONCE = 4

/** A block's state, ready to be written. */
export interface PreparedState {
  readonly writes: readonly Write[]
  /** To be called when readers see `writes`: `next` is the head's from then on. */
  readonly settle: () => void
}

export class StateStore implements NodeSource {
  readonly #tables: LayeredTables
  readonly #pruning: Pruning
  readonly #tries: StoredTries
  readonly #slab = new Slab()
  #head: Trie | undefined
  /** Changes when the flat table is no longer what a trie was opened with. */
  #flatVersion = 0
  /** The oldest block whose state is kept, once known. */
  #oldest: number | undefined

  constructor(tables: LayeredTables, pruning: Pruning) {
    this.#tables = tables
    this.#pruning = pruning
    this.#tries = new StoredTries({ version: 1, source: this, cacheBytes: CACHED_NODE_BYTES })
  }

  read(path: Uint8Array, nibbles: number, hash: Uint8Array): StoredNode | undefined {
    const record = this.#tables.nodes.getInPlace(nodeKey(path, nibbles, hash))
    // The cached node has views of the copy; of a layer's record they would keep the whole slab.
    return record && decodeRecord(plain(record))
  }

  /** The state at the head, whose root is `root`. Its reads go to the flat table until the next block is there. */
  head(root: Uint8Array): Trie {
    this.#head ??= this.#tries.open(root, this.#flat(root))
    return this.#head
  }

  /** An older state. Throws TrieError `trie.node-missing` if its nodes are gone. */
  open(root: Uint8Array): Trie {
    return this.#tries.open(root)
  }

  /** The oldest block whose state is kept, when `head` is the newest block. */
  oldest(head: number): number {
    this.#oldest ??= this.#storedOldest(head)
    return this.#oldest
  }

  /** What block `number` does to the tables, from the state at the head to `next`, whose root is `root`. */
  prepare(number: number, before: Trie, next: Trie, root: Uint8Array, changes: readonly Change[]): PreparedState {
    const superfluous = this.#tries.replaced(before, next).map(keyOf)
    const due = this.#due(number)
    const writes: Write[] = []
    for (const { key, removed } of due) {
      for (const node of removed) writes.push(['nodes', node, undefined])
      writes.push(['replaced', key, undefined])
    }
    this.#tries.write(next, (node) => writes.push(['nodes', keyOf(node), encodeRecord(number, node, this.#slab)]))
    if (this.#pruning !== 'archive' && number > 0) {
      writes.push(['replaced', numberKey(number), ReplacedNodes.encode(superfluous)])
    }
    // The layers keep what they are given; these arrays are the caller's.
    for (const [key, value] of changes) writes.push(['state', this.#slab.copy(key), value && this.#slab.copy(value)])
    return {
      writes,
      settle: () => {
        this.#flatVersion++
        if (number > 0) this.#oldest = this.oldest(number - 1) + due.length
        this.#head = this.#tries.withFlat(next, this.#flat(root))
      },
    }
  }

  #storedOldest(head: number): number {
    const { meta, replaced } = this.#tables
    if (this.#pruning === 'archive') {
      const first = meta.get(META.firstState)
      return first === undefined ? 0 : numberOf(first)
    }
    for (const [key] of replaced.entries(new Uint8Array())) return numberOf(key) - 1
    return head
  }

  /** With block `number`, what earlier blocks made superfluous and no later one brought back. */
  #due(number: number): { readonly key: Uint8Array; readonly removed: readonly Uint8Array[] }[] {
    if (this.#pruning === 'archive' || number === 0) return []
    const first = this.oldest(number - 1) + 1
    const last = Math.min(number - this.#pruning + 1, first + PRUNED_AT_ONCE - 1)
    const due: { readonly key: Uint8Array; readonly removed: readonly Uint8Array[] }[] = []
    for (let earlier = first; earlier <= last; earlier++) {
      const key = numberKey(earlier)
      const notes = this.#tables.replaced.get(key)
      const removed = (notes === undefined ? [] : ReplacedNodes.decode(notes)).filter((node) => {
        const record = this.#tables.nodes.getInPlace(node)
        return record !== undefined && (decodeRecord(record)?.number ?? 0) < earlier
      })
      due.push({ key, removed })
    }
    return due
  }

  #flat(root: Uint8Array): FlatState {
    const version = this.#flatVersion
    const isCurrent = (): boolean => this.#flatVersion === version
    return {
      isCurrent,
      get: (key) => (key.length === 0 ? undefined : this.#tables.state.get(key)),
      entries: (prefix, startAfter) => this.#walk(root, isCurrent, prefix, startAfter),
    }
  }

  /** A walk that outlives its block goes on in the trie. */
  *#walk(
    root: Uint8Array,
    isCurrent: () => boolean,
    prefix: Uint8Array,
    startAfter: Uint8Array | undefined,
  ): Generator<Entry, void, undefined> {
    let last = startAfter
    if (isCurrent()) {
      for (const entry of this.#tables.state.entries(prefix, startAfter)) {
        yield entry
        last = entry[0]
        if (!isCurrent()) break
      }
      if (isCurrent()) return
    }
    yield* this.open(root).entries(prefix, last)
  }
}

/**
 * The runtime's host: a state that the runtime changes, over the immutable state of the block before.
 *
 * Changes stay in a flat map until somebody asks for the root: a block writes the same few keys again and again, and each
 * insertion into the trie copies a path.
 */
import { equalBytes } from '@pha/core/codec'
import { type Change, type Entry, orderedTrieRoot, type Trie } from '@pha/core/trie'
import { CODE_KEY, type Runtime, type RuntimeHost } from '@pha/runtime/frame'
import { byteText } from '../byte-text.ts'
import { lowerBound } from '../lower-bound.ts'
import type { Verify } from '../signatures/index.ts'

type Value = Uint8Array | undefined

/** Reads that are remembered: those of a large block; and of a value, as one that is longer is seldom written. */
const MOST_READS = 65_536
const MOST_READ_BYTES = 4_096

let generations = 0
/** Of states that nobody changed: all that stand on one base are equal. */
const unchanged = new WeakMap<Trie, number>()

function generationOf(base: Trie): number {
  const known = unchanged.get(base) ?? ++generations
  unchanged.set(base, known)
  return known
}

/** A key with its value before the change that a failed call takes back; `absent` if it had not been changed. */
interface Undone {
  readonly text: string
  readonly before: Change | undefined
}

/**
 * @example
 * const state = new BlockState(chain.trieAt(hash), runtime, verify)
 * const version = state.call('Core_version', new Uint8Array())
 */
export class BlockState implements RuntimeHost {
  readonly #base: Trie
  readonly #runtime: Runtime
  readonly #checkSignature: Verify
  /** By key, a character for each byte. */
  readonly #changes = new Map<string, Change>()
  /** What the call that runs overwrote, in order. */
  #journal: Undone[] = []
  /** What the base was asked for, by key as text: most of it is changed then, and compared with what it was. */
  readonly #read = new Map<string, Value>()
  /** A number of its own, once it was written to. */
  #generation: number | undefined
  #archived: Entry[] = []
  /** The base with all changes, once asked for; the keys changed since then. */
  #trie: Trie
  #unapplied = new Map<string, Change>()
  /** Changed keys in byte order, for walks; made when one begins. */
  #sorted: readonly string[] | undefined

  constructor(base: Trie, runtime: Runtime, verify: Verify) {
    this.#base = base
    this.#trie = base
    this.#runtime = runtime
    this.#checkSignature = verify
  }

  /**
   * Runs a method of the runtime; its changes stay only if it returns and `keep` says so of the answer.
   * @throws RuntimeError as the runtime does
   */
  call(method: string, input: Uint8Array, keep: (output: Uint8Array) => boolean = () => true): Uint8Array {
    const archived = this.#archived.length
    this.#journal = []
    let kept = false
    try {
      const output = this.#runtime.call(this, method, input)
      kept = keep(output)
      return output
    } finally {
      if (!kept) {
        this.#undo()
        this.#archived.length = archived
      }
      this.#journal = []
    }
  }

  get generation(): number {
    return this.#generation ?? generationOf(this.#base)
  }

  /** The state with all changes. */
  get trie(): Trie {
    if (this.#unapplied.size > 0) {
      // In key order, so that neighbours share the paths that they copy while those are in the cache.
      const texts = [...this.#unapplied.keys()].sort()
      this.#trie = this.#trie.applyChanges(texts.map((text) => this.#unapplied.get(text) as Change))
      this.#unapplied = new Map()
    }
    return this.#trie
  }

  /** What the runtime handed over for the archive. */
  get archived(): readonly Entry[] {
    return this.#archived
  }

  /** The changes from the base to now. */
  difference(): Change[] {
    const changes: Change[] = []
    for (const [text, change] of this.#changes) {
      const [key, after] = change
      const before = this.#baseAt(text, key)
      const isSame = before === undefined || after === undefined ? before === after : equalBytes(before, after)
      if (!isSame) changes.push(change)
    }
    return changes
  }

  /** The code that was written here, if any: the runtime of the next block. */
  get newCode(): Uint8Array | undefined {
    return this.#changes.get(CODE_TEXT)?.[1]
  }

  /** Another state that starts from this one, with the same runtime. */
  fork(): BlockState {
    return new BlockState(this.trie, this.#runtime, this.#checkSignature)
  }

  get(key: Uint8Array): Value {
    const text = byteText(key)
    const changed = this.#changes.get(text)
    return changed === undefined ? this.#baseAt(text, key) : changed[1]
  }

  set(key: Uint8Array, value: Value): void {
    const text = byteText(key)
    this.#generation ??= ++generations
    this.#journal.push({ text, before: this.#changes.get(text) })
    this.#put(text, [key, value])
  }

  nextKey(prefix: Uint8Array, after: Uint8Array | undefined): Uint8Array | undefined {
    const ours = this.#nextChanged(byteText(prefix), after && byteText(after))
    for (const [key] of this.#base.entries(prefix, after)) {
      const text = byteText(key)
      if (ours !== undefined && ours < text) break
      const changed = this.#changes.get(text)
      if (changed === undefined || changed[1] !== undefined) return key
    }
    return ours === undefined ? undefined : this.#changes.get(ours)?.[0]
  }

  storageRoot(): Uint8Array {
    return this.trie.root()
  }

  orderedRoot(values: readonly Uint8Array[]): Uint8Array {
    return orderedTrieRoot(values, 0)
  }

  verify(...check: Parameters<Verify>): boolean {
    return this.#checkSignature(...check)
  }

  archive(key: Uint8Array, value: Uint8Array): void {
    this.#archived.push([key, value])
  }

  #baseAt(text: string, key: Uint8Array): Value {
    const known = this.#read.get(text)
    if (known !== undefined || this.#read.has(text)) return known
    const value = this.#base.get(key)
    if (this.#read.size < MOST_READS && (value?.length ?? 0) <= MOST_READ_BYTES) this.#read.set(text, value)
    return value
  }

  #put(text: string, change: Change): void {
    if (!this.#changes.has(text)) this.#sorted = undefined
    this.#changes.set(text, change)
    this.#unapplied.set(text, change)
  }

  /** Takes the writes of the call back, the last first. */
  #undo(): void {
    if (this.#journal.length > 0) this.#generation = ++generations
    for (const { text, before } of this.#journal.reverse()) {
      if (before !== undefined) {
        this.#put(text, before)
        continue
      }
      const change = this.#changes.get(text)
      this.#changes.delete(text)
      this.#sorted = undefined
      // The trie may hold it already, if the call asked for the root.
      if (change !== undefined) this.#unapplied.set(text, [change[0], this.#baseAt(text, change[0])])
    }
  }

  /** The first changed key under `prefix` and after `after` that has a value. */
  #nextChanged(prefix: string, after: string | undefined): string | undefined {
    this.#sorted ??= [...this.#changes.keys()].sort()
    const from = after === undefined || after < prefix ? prefix : after
    for (let i = lowerBound(this.#sorted, from); i < this.#sorted.length; i++) {
      const text = this.#sorted[i] as string
      if (!text.startsWith(prefix)) return undefined
      if (text !== after && this.#changes.get(text)?.[1] !== undefined) return text
    }
    return undefined
  }
}

const CODE_TEXT = byteText(CODE_KEY)

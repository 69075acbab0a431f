/** The runtime's host: a state that the runtime changes, over the immutable trie of the block before. */
import { equalBytes } from '@pha/core/codec'
import { type Change, type Entry, orderedTrieRoot, type Trie } from '@pha/core/trie'
import type { Runtime, RuntimeHost } from '@pha/runtime/frame'
import type { Verify } from './signature-checks.ts'

/**
 * @example
 * const state = new BlockState(chain.stateAt(hash), runtime, verify)
 * const version = state.call('Core_version', new Uint8Array())
 */
export class BlockState implements RuntimeHost {
  readonly #base: Trie
  readonly #runtime: Runtime
  readonly #checkSignature: Verify
  #trie: Trie
  #archived: Entry[] = []
  readonly #touched = new Map<string, Uint8Array>()

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
    const trie = this.#trie
    const archived = this.#archived.length
    let kept = false
    try {
      const output = this.#runtime.call(this, method, input)
      kept = keep(output)
      return output
    } finally {
      if (!kept) {
        this.#trie = trie
        this.#archived.length = archived
      }
    }
  }

  get trie(): Trie {
    return this.#trie
  }

  /** What the runtime handed over for the archive. */
  get archived(): readonly Entry[] {
    return this.#archived
  }

  /** The changes from the base to now, and back. */
  difference(): { readonly changes: Change[]; readonly undo: Change[] } {
    const changes: Change[] = []
    const undo: Change[] = []
    for (const key of this.#touched.values()) {
      const [before, after] = [this.#base.get(key), this.#trie.get(key)]
      if (before === after || (before && after && equalBytes(before, after))) continue
      changes.push([key, after])
      undo.push([key, before])
    }
    return { changes, undo }
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#trie.get(key)
  }

  set(key: Uint8Array, value: Uint8Array | undefined): void {
    this.#touched.set(Buffer.from(key).toString('latin1'), key)
    this.#trie = value === undefined ? this.#trie.remove(key) : this.#trie.insert(key, value)
  }

  nextKey(prefix: Uint8Array, after: Uint8Array | undefined): Uint8Array | undefined {
    return this.#trie.entries(prefix, after).next().value?.[0]
  }

  storageRoot(): Uint8Array {
    return this.#trie.root()
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
}

/** A host that keeps the state in memory, over the real trie: for tests and for tools without a database. */

import { toHex } from '@pha/core/codec'
import { type MultiSignature, verifySignature } from '@pha/core/crypto'
import { emptyTrie, orderedTrieRoot, type Trie } from '@pha/core/trie'
import type { Runtime, RuntimeHost } from '../frame/host-interface.ts'

/**
 * @example
 * const host = new MemoryHost()
 * const header = Header.decode(host.call(runtime, 'GenesisBuilder_build_state', GenesisConfig.encode(config)))
 */
export class MemoryHost implements RuntimeHost {
  #trie: Trie
  /** Not in the trie yet: it is cheaper to add many at once. */
  #changes = new Map<string, readonly [key: Uint8Array, value: Uint8Array | undefined]>()
  /** By key, in hexadecimal. */
  readonly archived = new Map<string, Uint8Array>()

  constructor(trie: Trie = emptyTrie(1)) {
    this.#trie = trie
  }

  /** The state as it is now. */
  get trie(): Trie {
    if (this.#changes.size > 0) {
      this.#trie = this.#trie.applyChanges(this.#changes.values())
      this.#changes.clear()
    }
    return this.#trie
  }

  /** Another host that starts from the same state. */
  fork(): MemoryHost {
    return new MemoryHost(this.trie)
  }

  /** Calls the runtime; if it throws, the state is as before. */
  call(runtime: Runtime, method: string, input: Uint8Array): Uint8Array {
    const before = this.trie
    try {
      return runtime.call(this, method, input)
    } catch (error) {
      this.#changes.clear()
      this.#trie = before
      throw error
    }
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const changed = this.#changes.get(toHex(key))
    return changed === undefined ? this.#trie.get(key) : changed[1]
  }

  set(key: Uint8Array, value: Uint8Array | undefined): void {
    this.#changes.set(toHex(key), [key, value])
  }

  nextKey(prefix: Uint8Array, after: Uint8Array | undefined): Uint8Array | undefined {
    const next = this.trie.entries(prefix, after).next()
    return next.done === true ? undefined : next.value[0]
  }

  storageRoot(): Uint8Array {
    return this.trie.root()
  }

  orderedRoot(values: readonly Uint8Array[]): Uint8Array {
    return orderedTrieRoot(values, 0)
  }

  verify(scheme: MultiSignature['type'], signature: Uint8Array, message: Uint8Array, account: Uint8Array): boolean {
    return verifySignature({ type: scheme, value: signature }, message, account)
  }

  archive(key: Uint8Array, value: Uint8Array): void {
    this.archived.set(toHex(key), value)
  }
}

/** A host in memory that remembers which keys a call of the runtime read and wrote: the accesses that weights declare. */
import { toHex } from '@pha/core/codec'
import { MemoryHost } from '@pha/runtime/chain'

export interface Accesses {
  /** Distinct keys that were read; a second read finds the key in memory. A step of an iteration counts as one. */
  readonly reads: ReadonlySet<string>
  /** Distinct keys that were changed. */
  readonly writes: ReadonlySet<string>
}

export class CountingHost extends MemoryHost {
  #reads = new Set<string>()
  #writes = new Set<string>()

  /** What was touched since this was asked last; keys in hexadecimal. */
  takeAccesses(): Accesses {
    const taken = { reads: this.#reads, writes: this.#writes }
    this.#reads = new Set()
    this.#writes = new Set()
    return taken
  }

  override get(key: Uint8Array): Uint8Array | undefined {
    this.#reads.add(toHex(key))
    return super.get(key)
  }

  override set(key: Uint8Array, value: Uint8Array | undefined): void {
    this.#writes.add(toHex(key))
    super.set(key, value)
  }

  override nextKey(prefix: Uint8Array, after: Uint8Array | undefined): Uint8Array | undefined {
    this.#reads.add(`${toHex(after ?? prefix)} and on`)
    return super.nextKey(prefix, after)
  }
}

/** What the enclave remembers, as the rest of it sees it: every change is on disk before the caller goes on. */
import type { FinalBlock } from '@pha/core/light-client'
import { EMPTY_TOPIC } from '@pha/core/protocol'
import type { Stored } from '../store/sealed-store.ts'
import type { Store } from '../store/store.ts'
import { newIdentitySeeds } from './identity.ts'

export class Memory {
  readonly #store: Store
  #stored: Stored

  private constructor(store: Store, stored: Stored) {
    this.#store = store
    this.#stored = stored
  }

  /**
   * Opens the store; where nothing was kept, makes the keys of a new enclave and keeps them before anyone sees them.
   *
   * @param begin runs before anything is kept: what has to be there whenever there is a memory
   * @throws StoreError if there is a file that can't be used
   */
  static open(
    store: Store,
    genesis: FinalBlock,
    begin: () => void = () => {},
  ): { readonly memory: Memory; readonly isNew: boolean } {
    const kept = store.read(genesis.hash)
    if (kept !== undefined) return { memory: new Memory(store, kept), isNew: false }
    const stored: Stored = {
      genesis: genesis.hash,
      ...newIdentitySeeds(),
      checkpoint: genesis,
      contractKeys: [],
      shares: [],
      ceremony: undefined,
      gatekeeperTopic: EMPTY_TOPIC,
    }
    begin()
    store.write(stored)
    return { memory: new Memory(store, stored), isNew: true }
  }

  get content(): Stored {
    return this.#stored
  }

  change(changes: Partial<Omit<Stored, 'genesis' | 'identitySeed'>>): void {
    this.#stored = { ...this.#stored, ...changes }
    this.#store.write(this.#stored)
  }
}

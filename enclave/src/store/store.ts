/** Where an enclave keeps what it has to remember. */
import type { Stored } from './sealed-store.ts'

export interface Store {
  /** What was kept, or `undefined` if there is nothing: only then may an enclave make new keys. */
  read(genesis: Uint8Array): Stored | undefined
  write(stored: Stored): void
}

/**
 * For a TEE without a sealing key (docs/adr/0019-sealing-keys.md): nothing outlives the process, so each start makes a new
 * identity, registers it and asks for its keys again.
 */
export const volatileStore: Store = { read: () => undefined, write: () => {} }

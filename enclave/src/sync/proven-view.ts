/** State at one final block: the only way in which the enclave learns what the chain says. */

import { CodecError } from '@pha/core/codec'
import { type FinalBlock, readProven } from '@pha/core/light-client'
import type { Host } from '../channel/host.ts'
import { jointReads } from './joint-reads.ts'
import { SyncError } from './sync-error.ts'

/** One entry to be read: its trie key, and what its bytes or absence mean. */
export interface Read<T> {
  readonly key: Uint8Array
  readonly decode: (stored: Uint8Array | undefined) => T
}

/** The part of a pallet's storage item that reading needs. */
interface Readable<Keys extends readonly unknown[], T> {
  key(...keys: Keys): Uint8Array
  decode(stored: Uint8Array | undefined): T
}

/**
 * @example
 * const [worker, group] = await view.read(at(registry.storage.workers, identity), at(gatekeepers.storage.group))
 */
export function at<Keys extends readonly unknown[], T>(item: Readable<Keys, T>, ...keys: Keys): Read<T> {
  return { key: item.key(...keys), decode: (stored) => item.decode(stored) }
}

export interface ProvenView {
  readonly block: FinalBlock
  /**
   * Reads entries with one proof, all or nothing; joined with what else is read in the same turn.
   * @throws SyncError `sync.bad-proof`, `sync.unknown-state`
   */
  read<T extends readonly unknown[]>(...reads: { readonly [K in keyof T]: Read<T[K]> }): Promise<T>
}

/** @param failed is told of every lie, so that it is counted */
export function provenView(block: FinalBlock, host: Host, failed: (error: SyncError) => SyncError): ProvenView {
  const valuesOf = jointReads(async (keys) => {
    const proof = await host.readProof({ block: block.hash, keys: [...keys] })
    const proven = readProven(block.stateRoot, proof, keys)
    if (!proven.ok) throw failed(new SyncError(proven.reason, proven.detail))
    return proven.values
  })
  return {
    block,
    async read<T extends readonly unknown[]>(...reads: { readonly [K in keyof T]: Read<T[K]> }): Promise<T> {
      const values = await valuesOf(reads.map(({ key }) => key))
      try {
        return reads.map(({ decode }, i) => decode(values[i])) as unknown as T
      } catch (error) {
        if (error instanceof CodecError) throw failed(new SyncError('sync.unknown-state', error.code))
        throw error
      }
    },
  }
}

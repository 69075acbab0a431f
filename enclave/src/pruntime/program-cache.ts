/** Contract code by hash, fetched from the host, checked, and loaded once. */
import { equalBytes, toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import type { Host } from '../channel/host.ts'
import type { Executor, LoadedContract } from '../executors/index.ts'
import { SyncError } from '../sync/sync-error.ts'

export interface ProgramCacheComponents {
  readonly host: Host
  readonly executor: Executor
  readonly noticed: (error: SyncError) => SyncError
}

/** Holds one program per contract of this worker, so it is bounded by its assignments. */
export class ProgramCache {
  readonly #components: ProgramCacheComponents
  readonly #programs = new Map<string, Promise<LoadedContract>>()

  constructor(components: ProgramCacheComponents) {
    this.#components = components
  }

  /** @throws SyncError `sync.missing-content`, `sync.forged-content` */
  load(codeHash: Uint8Array): Promise<LoadedContract> {
    const name = toHex(codeHash)
    const known = this.#programs.get(name)
    if (known !== undefined) return known
    const loading = this.#fetch(codeHash)
    this.#programs.set(name, loading)
    // A host that has no code now may have it at the next block.
    loading.catch(() => this.#programs.delete(name))
    return loading
  }

  async #fetch(codeHash: Uint8Array): Promise<LoadedContract> {
    const { host, executor, noticed } = this.#components
    const code = await host.code(codeHash)
    if (code === undefined) throw new SyncError('sync.missing-content', 'code')
    if (!equalBytes(blake2b256(code), codeHash)) throw noticed(new SyncError('sync.forged-content', 'code'))
    return executor.load(code)
  }
}

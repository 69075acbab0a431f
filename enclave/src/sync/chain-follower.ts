/** Follows the chain through an untrusted host: moves to newer final headers, counts every lie, gives proven views. */
import { toHex } from '@pha/core/codec'
import { advance, type FinalBlock, type GenesisProof, type LightClient, startFrom } from '@pha/core/light-client'
import type { FinalisedHeader } from '@pha/core/protocol'
import type { Host } from '../channel/host.ts'
import type { Logger } from '../log.ts'
import { type ProvenView, provenView } from './proven-view.ts'
import { SyncError } from './sync-error.ts'

export interface ChainFollowerComponents {
  readonly host: Host
  readonly log: Logger
}

export class ChainFollower {
  readonly #host: Host
  readonly #log: Logger
  #client: LightClient
  #view: ProvenView | undefined
  readonly #lies = new Map<string, number>()

  /**
   * @param genesis decides which chain is followed; nothing signed for another one is accepted
   * @throws SyncError `sync.bad-genesis`
   */
  constructor(genesis: GenesisProof, { host, log }: ChainFollowerComponents) {
    this.#host = host
    this.#log = log
    const started = startFrom(genesis)
    if (!started.ok) throw new SyncError(started.reason)
    this.#client = started.client
  }

  get genesis(): Uint8Array {
    return this.#client.genesis
  }

  get newest(): FinalBlock {
    return this.#client.newest
  }

  /** How often each kind of lie was noticed. */
  get lies(): ReadonlyMap<string, number> {
    return this.#lies
  }

  /** State at the newest header of this run; none before the host has shown one. */
  get view(): ProvenView | undefined {
    return this.#view
  }

  /** Goes on from a sealed checkpoint: the host has to show this block or a newer one before anything is answered. */
  resume(checkpoint: FinalBlock): void {
    this.#client = { ...this.#client, newest: checkpoint }
    this.#view = undefined
  }

  /**
   * Moves to a header that the host claims to be final.
   * @throws SyncError `sync.forged-header`, `sync.backward`, `sync.fork`; the view stays what it was
   */
  accept(finalised: FinalisedHeader): ProvenView {
    const moved = advance(this.#client, finalised)
    if (!moved.ok) throw this.noticed(new SyncError(moved.reason))
    this.#client = moved.client
    this.#view = provenView(moved.client.newest, this.#host, (error) => this.noticed(error))
    return this.#view
  }

  /** Counts and logs a lie of the host. */
  noticed(error: SyncError): SyncError {
    this.#lies.set(error.code, (this.#lies.get(error.code) ?? 0) + 1)
    const { number, hash } = this.#client.newest
    this.#log.warn('the host was caught in a lie', { code: error.code, block: number, hash: toHex(hash) })
    return error
  }
}

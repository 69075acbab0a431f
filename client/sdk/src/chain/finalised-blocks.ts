/** Bodies and events of finalised blocks, proven once for all who wait for extrinsics in them. */
import { toHex } from '@pha/core/codec'
import { join, READ_TIMEOUT_MS } from '../call-options.ts'
import type { JsonRpc } from '../rpc/json-rpc.ts'
import { readBody } from './block-body.ts'
import { EVENTS_KEY } from './events.ts'
import type { Chain, ProvenBlock } from './follower.ts'
import { readKeys } from './read-proven.ts'

export interface BlockContents {
  readonly block: ProvenBlock
  readonly body: readonly Uint8Array[]
  /** Value of `System.Events` in this block. */
  readonly events: Uint8Array | undefined
}

/** Extrinsics sent together end in a few neighbouring blocks; more would only hold memory. */
const KEPT_BLOCKS = 8

export class FinalisedBlocks {
  readonly #source: { readonly rpc: JsonRpc; readonly chain: Chain }
  readonly #kept = new Map<string, Promise<BlockContents>>()

  constructor(source: { readonly rpc: JsonRpc; readonly chain: Chain }) {
    this.#source = source
  }

  /** @throws PhaError `sdk.bad-proof` if header, body or events do not verify */
  contents(hash: Uint8Array, signal: AbortSignal): Promise<BlockContents> {
    const key = toHex(hash)
    const known = this.#kept.get(key)
    if (known !== undefined) return join(known, signal, 'reading a block')
    const reading = this.#read(hash)
    this.#kept.set(key, reading)
    reading.catch(() => this.#kept.delete(key))
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > KEPT_BLOCKS && oldest !== undefined) this.#kept.delete(oldest)
    return join(reading, signal, 'reading a block')
  }

  async #read(hash: Uint8Array): Promise<BlockContents> {
    const signal = AbortSignal.timeout(READ_TIMEOUT_MS)
    const block = await this.#source.chain.block(hash, signal)
    const [body, { values }] = await Promise.all([
      readBody(this.#source.rpc, block, signal),
      readKeys(this.#source, [EVENTS_KEY], signal, block),
    ])
    return { block, body, events: values[0] }
  }
}

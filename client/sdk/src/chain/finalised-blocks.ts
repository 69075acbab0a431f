/** Bodies and events of finalised blocks, proven once for all who wait for extrinsics in them. */
import { toHex } from '@pha/core/codec'
import { RUNTIME_VERSION, system } from '@pha/runtime/pallets'
import { decodeItem } from '../actions/read-storage.ts'
import { join, READ_TIMEOUT_MS } from '../call-options.ts'
import type { JsonRpc } from '../rpc/json-rpc.ts'
import { readBody } from './block-body.ts'
import { EVENTS_KEY } from './events.ts'
import type { Chain, ProvenBlock } from './follower.ts'
import type { OtherRuntime, OtherRuntimes } from './other-runtime.ts'
import { readKeys } from './read-proven.ts'

export interface BlockContents {
  readonly block: ProvenBlock
  readonly body: readonly Uint8Array[]
  /** Value of `System.Events` in this block. */
  readonly events: Uint8Array | undefined
  /** The runtime that executed the block, if it is of another version than this SDK. */
  readonly runtime: OtherRuntime | undefined
}

/** Extrinsics sent together end in a few neighbouring blocks; more would only hold memory. */
const KEPT_BLOCKS = 8

interface Source {
  readonly rpc: JsonRpc
  readonly chain: Chain
  readonly runtimes: OtherRuntimes
}

const VERSION_KEY = system.storage.lastRuntimeUpgrade.key()

export class FinalisedBlocks {
  readonly #source: Source
  readonly #kept = new Map<string, Promise<BlockContents>>()

  constructor(source: Source) {
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
      readKeys(this.#source, [EVENTS_KEY, VERSION_KEY], signal, block),
    ])
    const specVersion = decodeItem(system.storage.lastRuntimeUpgrade, values[1])?.specVersion
    const isOther = specVersion !== undefined && specVersion !== RUNTIME_VERSION.specVersion
    const { parentHash } = block.finalised.header
    const runtime = isOther ? await this.#source.runtimes.at(parentHash, signal) : undefined
    return { block, body, events: values[0], runtime }
  }
}

import { type Hex, toHex } from '@pha/core/codec'
import { registry, timestamp } from '@pha/runtime/pallets'
import { type CallOptions, deadline, READ_TIMEOUT_MS } from '../call-options.ts'
import { readKeys } from '../chain/read-proven.ts'
import type { Client } from '../client.ts'
import { decodeItem } from './read-storage.ts'

export interface Status {
  readonly url: string
  readonly genesisHash: Hex
  /** The newest finalised block. */
  readonly block: { readonly number: number; readonly hash: Hex; readonly stateRoot: Hex; readonly time: Date }
  /** Registered workers and gatekeepers. */
  readonly workers: number
  /** Who may sign final headers, proven at genesis. */
  readonly engine: 'solo'
  /** What the node says of itself; nobody checks this. */
  readonly node: string
}

/**
 * Where the chain stands; everything but `node` is proven.
 *
 * @example
 * const { block } = await getStatus(client)
 */
export async function getStatus(client: Client, options: CallOptions = {}): Promise<Status> {
  const signal = deadline(options, READ_TIMEOUT_MS)
  const { hash: genesisHash } = await client.chain.genesis(signal)
  const keys = [timestamp.storage.now.key(), registry.storage.workerCount.key()]
  const [{ block, values }, node] = await Promise.all([
    readKeys(client, keys, signal),
    client.rpc.request('system_version', [], signal).catch(() => 'unknown'),
  ])
  return {
    url: client.url,
    genesisHash: toHex(genesisHash),
    block: {
      number: block.number,
      hash: toHex(block.hash),
      stateRoot: toHex(block.stateRoot),
      time: new Date(Number(decodeItem(timestamp.storage.now, values[0]))),
    },
    workers: decodeItem(registry.storage.workerCount, values[1]),
    engine: 'solo',
    node: typeof node === 'string' ? node : 'unknown',
  }
}

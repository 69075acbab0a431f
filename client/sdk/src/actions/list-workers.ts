import { registry, type Worker } from '@pha/runtime/pallets'
import { deadline, READ_TIMEOUT_MS } from '../call-options.ts'
import { listKeys } from '../chain/list-keys.ts'
import { readKeys } from '../chain/read-proven.ts'
import type { Client } from '../client.ts'
import { decodeItem, type ReadOptions } from './read-storage.ts'

export interface ListedWorker extends Worker {
  readonly identity: Uint8Array
}

export interface WorkerList {
  readonly workers: readonly ListedWorker[]
  /** Whether these are all: the number of workers is proven, so a node that leaves some out is seen. */
  readonly complete: boolean
}

/**
 * Registered workers and gatekeepers. Each entry is proven; the node can only leave entries out.
 *
 * @example
 * const { workers } = await listWorkers(client)
 */
export async function listWorkers(client: Client, options: ReadOptions = {}): Promise<WorkerList> {
  const signal = deadline(options, READ_TIMEOUT_MS)
  const { workers: items, workerCount } = registry.storage
  const at = options.at ?? (await client.chain.head(signal))
  const identities = await listKeys(client, items, { at, signal, bound: registry.constants.maxWorkers.value })
  const keys = identities.map((identity) => items.key(identity))
  const { values } = await readKeys(client, [workerCount.key(), ...keys], signal, at)
  const workers = identities.flatMap((identity, i) => {
    const worker = decodeItem(items, values[i + 1])
    return worker === undefined ? [] : [{ ...worker, identity }]
  })
  return { workers, complete: workers.length === decodeItem(workerCount, values[0]) }
}

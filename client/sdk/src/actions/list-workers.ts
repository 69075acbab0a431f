import { toHex } from '@pha/core/codec'
import { registry, type Worker } from '@pha/runtime/pallets'
import { deadline, READ_TIMEOUT_MS } from '../call-options.ts'
import type { ProvenBlock } from '../chain/follower.ts'
import { readKeys } from '../chain/read-proven.ts'
import type { Client } from '../client.ts'
import { badAnswer, readByteList } from '../rpc/answers.ts'
import { decodeItem, type ReadOptions } from './read-storage.ts'

export interface ListedWorker extends Worker {
  readonly identity: Uint8Array
}

export interface WorkerList {
  readonly workers: readonly ListedWorker[]
  /** Whether these are all: the number of workers is proven, so a node that leaves some out is seen. */
  readonly complete: boolean
}

/** Entries of one page that the node lists. */
const PAGE = 256

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
  const identities = await listIdentities(client, at, signal)
  const keys = identities.map((identity) => items.key(identity))
  const { values } = await readKeys(client, [workerCount.key(), ...keys], signal, at)
  const workers = identities.flatMap((identity, i) => {
    const worker = decodeItem(items, values[i + 1])
    return worker === undefined ? [] : [{ ...worker, identity }]
  })
  return { workers, complete: workers.length === decodeItem(workerCount, values[0]) }
}

/** What the node lists, each once; nothing here is proven yet. */
async function listIdentities(client: Client, at: ProvenBlock, signal: AbortSignal): Promise<readonly Uint8Array[]> {
  const items = registry.storage.workers
  const listed = new Map<string, Uint8Array>()
  for (let last: string | null = null; listed.size <= registry.constants.maxWorkers.value; ) {
    const params = [toHex(items.prefix()), PAGE, last, toHex(at.hash)]
    const page = readByteList(await client.rpc.request('state_getKeysPaged', params, signal), 'page of keys')
    const before = listed.size
    for (const key of page) listed.set(toHex(key), identityIn(key))
    const end = page.at(-1)
    if (end === undefined || page.length < PAGE || listed.size === before) break
    last = toHex(end)
  }
  return [...listed.values()]
}

function identityIn(key: Uint8Array): Uint8Array {
  try {
    return registry.storage.workers.decodeKey(key)
  } catch {
    throw badAnswer('key of a worker')
  }
}

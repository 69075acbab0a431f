/** A chain that has accounts and nothing else, written through the node's database. */
import { concatBytes } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { type Header, headerHash } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { type Change, emptyTrie, type Trie } from '@pha/core/trie'
import { type ChainDatabase, headBlock, openChainDatabase } from '@pha/host/db'
import { system } from '@pha/runtime/pallets'

const ACCOUNT_INFO_BYTES = 80

export interface State {
  readonly database: ChainDatabase
  parent: Header | undefined
}

/** Two states are kept: what is built must not be kept many times over. */
export function openState(directory: string): State {
  const database = openChainDatabase(directory, 2)
  return { database, parent: database.head() === undefined ? undefined : headBlock(database).block.header }
}

/** The storage key of the account with a number. */
export function accountAt(index: number): Uint8Array {
  return system.storage.account.key(blake2b256(t.u32.encode(index)))
}

/** The numbers of the first `count` accounts, by their keys. */
export function inKeyOrder(count: number): Uint32Array {
  const places = new Float64Array(count)
  const prefix = system.storage.account.prefix().length
  for (let index = 0; index < count; index++) {
    const key = accountAt(index)
    places[index] = Buffer.from(key.buffer, key.byteOffset + prefix, 6).readUIntBE(0, 6)
  }
  return Uint32Array.from({ length: count }, (_, index) => index).sort(
    (left, right) => (places[left] as number) - (places[right] as number),
  )
}

/** New contents of accounts, in key order as the node applies a block. */
export function changedBy(indexes: readonly number[], round: number): Change[] {
  const filling = new Uint8Array(ACCOUNT_INFO_BYTES - 8)
  const changes = indexes.map(
    (index): Change => [accountAt(index), concatBytes(t.u32.encode(index), t.u32.encode(round), filling)],
  )
  return changes.sort(([a], [b]) => Buffer.compare(a, b))
}

/** Writes the next block; how long its root and its commit took, in milliseconds. */
export async function writeNext(state: State, changes: Change[]) {
  const { database, parent } = state
  const before: Trie = parent === undefined ? emptyTrie(1) : database.headState()
  // Of this thread: others bring the blocks before into the tables meanwhile.
  const [started, cpu] = [performance.now(), process.threadCpuUsage()]
  const trie = before.applyChanges(changes)
  const stateRoot = trie.root()
  const used = process.threadCpuUsage(cpu)
  const root = performance.now() - started
  const empty = new Uint8Array(32)
  const header: Header = {
    parentHash: parent === undefined ? empty : headerHash(parent),
    number: parent === undefined ? 0 : parent.number + 1,
    stateRoot,
    extrinsicsRoot: empty,
    digest: { logs: [] },
  }
  const proof = { type: 'Solo', value: { signature: new Uint8Array(64) } } as const
  const write = {
    hash: headerHash(header),
    block: { header, body: [], proof },
    extrinsics: [],
    changes,
    trie,
    archive: [],
  }
  if (parent === undefined) await database.writeGenesis(write, [])
  else await database.writeBlock(write)
  state.parent = header
  return { root, cpu: (used.user + used.system) / 1000, commit: performance.now() - started - root }
}

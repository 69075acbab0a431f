/** Chains of small blocks for the tests of the database. */
import { deepEqual } from 'node:assert/strict'
import { blake2b256 } from '@pha/core/crypto'
import { type Header, headerHash } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { type Change, emptyTrie, orderedTrieRoot, type Trie } from '@pha/core/trie'
import fc from 'fast-check'
import { type BlockWrite, type ChainDatabase, checkDatabase, type StoredBlock } from './index.ts'

/** Deterministic changes of a block: some keys that every block writes, one of its own, one that a later block removes. */
function changesOf(number: number): Change[] {
  const value = t.u32.encode(number)
  const own = (n: number): Uint8Array => blake2b256(t.u32.encode(n))
  const removed: Change[] = number > 3 ? [[own(number - 3), undefined]] : []
  return [[Uint8Array.of(1), value], [Uint8Array.of(1, 2), value], [own(number), value], ...removed]
}

export function blockAfter(parent: { readonly header: Header; readonly trie: Trie } | undefined, of = changesOf) {
  const number = parent === undefined ? 0 : parent.header.number + 1
  const before = parent?.trie ?? emptyTrie(1)
  const changes = of(number)
  const trie = before.applyChanges(changes)
  const extrinsic = t.u32.encode(number)
  const header: Header = {
    parentHash: parent === undefined ? new Uint8Array(32) : headerHash(parent.header),
    number,
    stateRoot: trie.root(),
    extrinsicsRoot: orderedTrieRoot([extrinsic], 0),
    digest: { logs: [] },
  }
  const write: BlockWrite = {
    hash: headerHash(header),
    block: { header, body: [extrinsic], proof: { type: 'Solo', value: { signature: new Uint8Array(64) } } },
    extrinsics: [[blake2b256(extrinsic), 0]],
    changes,
    trie,
    archive: [[t.u32.encode(number), extrinsic]],
  }
  return { header, trie, write }
}

export async function writeChain(database: ChainDatabase, blocks: number) {
  let block = blockAfter(undefined)
  await database.writeGenesis(block.write, [Uint8Array.of(7)])
  for (let i = 0; i < blocks; i++) {
    block = blockAfter(block)
    await database.writeBlock(block.write)
  }
  return block
}

/** Blocks come into the tables when somebody flushes, however long that is. */
export const WHEN_FLUSHED = { longestWaitMs: 3_600_000 } as const

export const numbers = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i)

/** Numbers of the blocks whose state is served, each read as a whole and compared with its header. */
export function statesOf(database: ChainDatabase, last: number): number[] {
  return numbers(0, last).filter((number) => {
    const { header } = database.block(database.hashAt(number) as Uint8Array) as StoredBlock
    const state = database.state(header)
    if (state === undefined) return false
    deepEqual(emptyTrie(1).applyChanges(state.entries()).root(), header.stateRoot, `state of block ${number}`)
    return true
  })
}

/** What `checkDatabase` finds, but for the signatures, which these blocks have not. */
export function stateFindings(database: ChainDatabase) {
  return [...checkDatabase(database)].filter(({ code }) => code !== 'check.finality')
}

/** What up to `maxBlocks` blocks change: few keys, which come, go and come back, some with a value that lies beside its node. */
export function randomChanges(maxBlocks: number): fc.Arbitrary<Change[][]> {
  const change = fc.tuple(
    fc.array(fc.constantFrom(0, 1, 16, 255), { minLength: 1, maxLength: 4 }).map((bytes) => Uint8Array.from(bytes)),
    fc.option(
      fc.constantFrom(1, 40).map((length) => new Uint8Array(length).fill(7)),
      { nil: undefined },
    ),
  )
  return fc.array(fc.array(change, { maxLength: 12 }), { minLength: 1, maxLength: maxBlocks })
}

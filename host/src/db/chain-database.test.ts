import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { blake2b256 } from '@pha/core/crypto'
import { type Header, headerHash } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { type Change, emptyTrie, type Trie } from '@pha/core/trie'
import { open } from 'lmdb'
import { type BlockWrite, type ChainDatabase, KEPT_STATES, loadStates, openChainDatabase } from './index.ts'

/** Deterministic changes of a block: some keys that every block writes, one of its own, one that a later block removes. */
function changesOf(number: number): Change[] {
  const value = t.u32.encode(number)
  const own = (n: number): Uint8Array => blake2b256(t.u32.encode(n))
  const removed: Change[] = number > 3 ? [[own(number - 3), undefined]] : []
  return [[Uint8Array.of(1), value], [Uint8Array.of(1, 2), value], [own(number), value], ...removed]
}

function blockAfter(parent: { readonly header: Header; readonly trie: Trie } | undefined) {
  const number = parent === undefined ? 0 : parent.header.number + 1
  const before = parent?.trie ?? emptyTrie(1)
  const changes = changesOf(number)
  const trie = before.applyChanges(changes)
  const header: Header = {
    parentHash: parent === undefined ? new Uint8Array(32) : headerHash(parent.header),
    number,
    stateRoot: trie.root(),
    extrinsicsRoot: new Uint8Array(32),
    digest: { logs: [] },
  }
  const extrinsic = t.u32.encode(number)
  const write: BlockWrite = {
    hash: headerHash(header),
    block: { header, body: [extrinsic], proof: { type: 'Solo', value: { signature: new Uint8Array(64) } } },
    extrinsics: [[blake2b256(extrinsic), 0]],
    changes,
    undo: changes.map(([key]) => [key, before.get(key)]),
    archive: [[t.u32.encode(number), extrinsic]],
  }
  return { header, trie, write }
}

async function writeChain(database: ChainDatabase, blocks: number) {
  let block = blockAfter(undefined)
  await database.writeGenesis(block.write, [Uint8Array.of(7)])
  for (let i = 0; i < blocks; i++) {
    block = blockAfter(block)
    await database.writeBlock(block.write)
  }
  return block
}

/** Continues the chain until it is killed, telling each number once it is on disk. */
async function writeUntilKilled(directory: string): Promise<never> {
  const database = openChainDatabase(directory)
  let block = blockAfter(undefined)
  const head = database.head()
  if (head === undefined) await database.writeGenesis(block.write, [])
  else {
    const { header } = database.block(head) ?? block
    block = { ...block, header, trie: loadStates(database).get(header.number) ?? emptyTrie(1) }
  }
  for (;;) {
    block = blockAfter(block)
    await database.writeBlock(block.write)
    process.stdout.write(`${block.header.number}\n`)
  }
}

const crashDirectory = process.argv[2] === 'write-until-killed' ? process.argv[3] : undefined
if (crashDirectory !== undefined) await writeUntilKilled(crashDirectory)

describe('the chain database', () => {
  const made: string[] = []
  const directory = async (): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), 'pha-db-'))
    made.push(path)
    return path
  }
  after(() => Promise.all(made.map((path) => rm(path, { recursive: true }))))

  it('shows nobody a block before the disk has it', async () => {
    const database = openChainDatabase(await directory())
    let block = await writeChain(database, 1)
    let seenEarly = 0
    for (let i = 0; i < 10; i++) {
      block = blockAfter(block)
      let isOnDisk = false
      const written = database.writeBlock(block.write).then(() => {
        isOnDisk = true
      })
      while (database.block(block.write.hash) === undefined) await nextTurn()
      // What settles at once may take a turn or two to be told; a disk takes many.
      for (let turn = 0; turn < 3; turn++) await nextTurn()
      if (!isOnDisk) seenEarly++
      await written
    }
    // The writing thread may be held up between the two now and then; a commit that does not wait shows every block
    // early. A file system in memory syncs at once, so there this proves nothing.
    ok(seenEarly < 5, `${seenEarly} of 10 blocks were readable before they were synced`)
    await database[Symbol.asyncDispose]()
  })

  it('gives back after reopening what was written', async () => {
    const path = await directory()
    const first = openChainDatabase(path)
    const last = await writeChain(first, 5)
    await first[Symbol.asyncDispose]()
    await using database = openChainDatabase(path)
    deepEqual(database.head(), last.write.hash)
    deepEqual(database.block(last.write.hash), last.write.block)
    deepEqual(database.hashAt(5), last.write.hash)
    deepEqual(database.extrinsic(blake2b256(t.u32.encode(3))), { blockHash: database.hashAt(3), index: 0 })
    deepEqual(database.archived(t.u32.encode(4)), t.u32.encode(4))
    deepEqual(database.genesisProof(), [Uint8Array.of(7)])
    equal(database.block(new Uint8Array(32)), undefined)
    equal(database.block(new Uint8Array(1)), undefined)
  })

  it('rebuilds the states of recent blocks and forgets older ones', async () => {
    await using database = openChainDatabase(await directory())
    const { header } = await writeChain(database, KEPT_STATES + 8)
    const states = loadStates(database)
    equal(states.size, KEPT_STATES)
    for (const [number, trie] of states) {
      const hash = database.hashAt(number)
      deepEqual(trie.root(), hash && database.block(hash)?.header.stateRoot, `state of block ${number}`)
    }
    equal(states.has(header.number - KEPT_STATES), false)
    equal(database.undo(1), undefined)
  })

  it('refuses a block that does not follow its head, and keeps nothing of it', async () => {
    await using database = openChainDatabase(await directory())
    const last = await writeChain(database, 2)
    const skipped = blockAfter(blockAfter(last))
    await rejects(database.writeBlock(skipped.write), { code: 'db.head-moved' })
    deepEqual(database.head(), last.write.hash)
    equal(database.block(skipped.write.hash), undefined)
    deepEqual([...database.state()].length, [...last.trie.entries()].length)
  })

  it('refuses a state that is not the one of its head', async () => {
    const path = await directory()
    const first = openChainDatabase(path)
    await writeChain(first, 2)
    await first[Symbol.asyncDispose]()
    const raw = open<Buffer, Uint8Array>({ path, maxDbs: 8, encoding: 'binary', keyEncoding: 'binary' })
    await raw
      .openDB<Buffer, Uint8Array>({ name: 'state', encoding: 'binary', keyEncoding: 'binary' })
      .put(Uint8Array.of(1), Buffer.of(9))
    await raw.close()
    await using database = openChainDatabase(path)
    throws(() => loadStates(database), { code: 'db.state-root-mismatch' })
  })

  it('refuses the format of another version', async () => {
    const path = await directory()
    const raw = open<Buffer, Uint8Array>({ path, maxDbs: 8, encoding: 'binary', keyEncoding: 'binary' })
    await raw
      .openDB<Buffer, Uint8Array>({ name: 'meta', encoding: 'binary', keyEncoding: 'binary' })
      .put(Buffer.from('format'), Buffer.of(2, 0, 0, 0))
    await raw.close()
    throws(() => openChainDatabase(path), { code: 'db.format-unknown' })
  })

  it('loses no acknowledged block when its process is killed at any moment', async () => {
    const path = await directory()
    for (const blocksBeforeKill of [1, 7, 20, 2]) {
      const child = spawn(process.execPath, [import.meta.filename, 'write-until-killed', path], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: {},
      })
      const exited = new Promise((resolve) => child.once('exit', resolve))
      let acknowledged = 0
      let count = 0
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged = Number(line)
        if (++count === blocksBeforeKill) child.kill('SIGKILL')
      }
      await exited
      await using database = openChainDatabase(path)
      const states = loadStates(database)
      const head = Math.max(...states.keys())
      ok(head >= acknowledged && acknowledged >= blocksBeforeKill, `head ${head}, acknowledged ${acknowledged}`)
    }
  })
})

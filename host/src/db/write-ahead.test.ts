import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { blake2b256 } from '@pha/core/crypto'
import { t } from '@pha/core/schema'
import { emptyTrie } from '@pha/core/trie'
import fc from 'fast-check'
import { open } from 'lmdb'
import { type ChainDatabase, headBlock, openChainDatabase, type StoredBlock } from './index.ts'
import { blockAfter, numbers, randomChanges, stateFindings, statesOf, WHEN_FLUSHED, writeChain } from './test-chain.ts'

const TABLES = ['blocks', 'numbers', 'state', 'nodes', 'replaced', 'archive', 'extrinsics', 'meta'] as const

function openRaw(path: string) {
  return open<Buffer, Uint8Array>({ path, maxDbs: 12, encoding: 'binary', keyEncoding: 'binary' })
}

/** All that LMDB has, but for the key of the journal, which each writer makes anew. */
async function dumpOf(path: string): Promise<Record<string, string[]>> {
  const raw = openRaw(path)
  const dump = TABLES.map((name) => {
    const table = raw.openDB<Buffer, Uint8Array>({ name, encoding: 'binary', keyEncoding: 'binary' })
    const rows = [...table.getRange({})].map(({ key, value }) => [Buffer.from(key).toString('latin1'), value] as const)
    const kept = rows.filter(([key]) => key !== 'journal')
    return [name, kept.map(([key, value]) => `${key} ${value.toString('hex')}`)] as const
  })
  await raw.close()
  return Object.fromEntries(dump)
}

/** All that readers can ask of a chain of `last` blocks. */
function readingsOf(database: ChainDatabase, last: number) {
  return {
    head: database.head(),
    oldest: database.oldestState(),
    blocks: numbers(0, last + 1).map((number) => {
      const hash = database.hashAt(number)
      const extrinsic = t.u32.encode(number)
      return [
        hash,
        hash && database.block(hash),
        database.extrinsic(blake2b256(extrinsic)),
        database.archived(extrinsic),
      ]
    }),
    states: statesOf(database, last).map((number) => {
      const { header } = database.block(database.hashAt(number) as Uint8Array) as StoredBlock
      const state = database.state(header) ?? emptyTrie(1)
      const entries = [...state.entries()]
      const walks = entries.map(([key]) => [...state.entries(key.subarray(0, 1), key)])
      return [number, entries, entries.map(([key]) => state.get(key)), walks]
    }),
  }
}

/** Holds LMDB's lock for writers until its input ends, as a disk that takes long would. */
function holdLock(path: string): void {
  openRaw(path).transactionSync(() => {
    process.stdout.write('held\n')
    readFileSync(0)
  })
}

/** Continues the chain as fast as it can until it is killed. */
async function writeUntilKilled(path: string): Promise<never> {
  const database = openChainDatabase(path, 4)
  let block = blockAfter(undefined)
  await database.writeGenesis(block.write, [])
  for (;;) {
    block = blockAfter(block)
    await database.writeBlock(block.write)
    process.stdout.write(`${block.header.number}\n`)
  }
}

const [mode, modePath = ''] = process.argv.slice(2)
if (mode === 'hold-lock') {
  holdLock(modePath)
  process.exit(0)
}
if (mode === 'write-until-killed') await writeUntilKilled(modePath)

describe('blocks ahead of the tables', () => {
  const made: string[] = []
  const directory = async (): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), 'pha-ahead-'))
    made.push(path)
    return path
  }
  after(() => Promise.all(made.map((path) => rm(path, { recursive: true }))))
  const child = (name: string, path: string) =>
    spawn(process.execPath, [import.meta.filename, name, path], { stdio: ['pipe', 'pipe', 'inherit'], env: {} })

  it('are read as after they came into the tables, and a crash in between leaves the same tables', async () => {
    const property = fc.asyncProperty(
      randomChanges(14),
      fc.constantFrom(2, 3, 5, 'archive' as const),
      fc.integer({ min: 0, max: 13 }),
      async (changes, kept, stop) => {
        const [path, image] = [await directory(), await directory()]
        const database = openChainDatabase(path, kept, WHEN_FLUSHED)
        let block = blockAfter(undefined, () => [])
        await database.writeGenesis(block.write, [])
        for (const [i, change] of changes.entries()) {
          block = blockAfter({ header: block.header, trie: database.headState() }, () => change)
          await database.writeBlock(block.write)
          // Blocks before this one are in the tables, those after it are not.
          if (i === stop) await database.flush()
        }
        const last = changes.length
        equal(database.blocksAhead, stop < last ? last - 1 - stop : last)
        const ahead = readingsOf(database, last)
        deepEqual(stateFindings(database), [])
        cpSync(path, image, { recursive: true })
        await database.flush()
        equal(database.blocksAhead, 0)
        deepEqual(readingsOf(database, last), ahead)
        deepEqual(stateFindings(database), [])
        await database[Symbol.asyncDispose]()

        const reopened = openChainDatabase(image, kept)
        deepEqual(readingsOf(reopened, last), ahead)
        deepEqual(stateFindings(reopened), [])
        // Only reading it changes nothing: the blocks stay in the journal until the next one is written.
        await reopened[Symbol.asyncDispose]()
        for (const at of [path, image]) {
          await using again = openChainDatabase(at, kept)
          equal(again.blocksAhead, at === path ? 0 : ahead.blocks.length - 2 - (stop < last ? stop + 1 : 0))
          const next = blockAfter({ header: block.header, trie: again.headState() }, () => [
            [Uint8Array.of(9), undefined],
          ])
          await again.writeBlock(next.write)
        }
        deepEqual(await dumpOf(image), await dumpOf(path))
      },
    )
    await fc.assert(property, { numRuns: 25 })
  })

  it('come into the tables by themselves', async () => {
    await using database = openChainDatabase(await directory())
    let block = await writeChain(database, 1)
    equal(database.blocksAhead, 1)
    for (let i = 0; i < 2; i++) {
      block = blockAfter(block)
      await database.writeBlock(block.write)
    }
    while (database.blocksAhead > 0) await sleep(10)
    deepEqual(statesOf(database, 3), [0, 1, 2, 3])
  })

  it('wait when LMDB takes long, and are at most 256', async () => {
    const path = await directory()
    await using database = openChainDatabase(path)
    let block = await writeChain(database, 1)
    await database.flush()
    const lock = child('hold-lock', path)
    await once(lock.stdout, 'data')
    for (let i = 0; i < 256; i++) {
      block = blockAfter(block)
      await database.writeBlock(block.write)
      ok(database.blocksAhead <= 256)
    }
    equal(database.blocksAhead, 256)
    block = blockAfter(block)
    let isWritten = false
    const written = database.writeBlock(block.write).then(() => {
      isWritten = true
    })
    await sleep(100)
    equal(isWritten, false)
    ok(database.hashAt(257), 'readers are served')
    equal(database.hashAt(258), undefined)
    lock.stdin.end()
    await written
    deepEqual(database.hashAt(258), block.write.hash)
    deepEqual(stateFindings(database), [])
  })

  it('are seen by readers of a node that runs, which do not disturb it', async () => {
    const path = await directory()
    const node = child('write-until-killed', path)
    const exited = once(node, 'exit')
    let told = 0
    createInterface({ input: node.stdout }).on('line', (line) => {
      told = Number(line)
    })
    while (told < 10) await sleep(10)
    for (let reader = 0; reader < 30; reader++) {
      const before = told
      await using database = openChainDatabase(path)
      const { number } = headBlock(database).block.header
      ok(number >= before, `head ${number}, told ${before}`)
      for (const at of numbers(0, number)) equal(database.block(database.hashAt(at) as Uint8Array)?.header.number, at)
      await sleep(15)
    }
    const before = told
    while (told < before + 10) await sleep(10)
    node.kill('SIGKILL')
    await exited
    await using database = openChainDatabase(path)
    ok(headBlock(database).block.header.number >= told)
    deepEqual(stateFindings(database), [])
  })

  it('are not lost to a second writer: whoever was first is told, and so is who knows less than the journal', async () => {
    const path = await directory()
    await using first = openChainDatabase(path, undefined, WHEN_FLUSHED)
    let block = await writeChain(first, 3)
    const late = openChainDatabase(path)
    const parent = block
    block = blockAfter(block)
    await first.writeBlock(block.write)
    await rejects(late.writeBlock(blockAfter(parent, () => []).write), { code: 'db.head-moved' })
    await late[Symbol.asyncDispose]()
    await using second = openChainDatabase(path)
    deepEqual(second.head(), block.write.hash)
    await second.writeBlock(blockAfter(block).write)
    await rejects(first.writeBlock(blockAfter(block, () => []).write), { code: 'db.head-moved' })
    deepEqual(stateFindings(second), [])
  })

  it('refuse another block while one is written', async () => {
    await using database = openChainDatabase(await directory())
    const block = blockAfter(await writeChain(database, 1))
    const written = database.writeBlock(block.write)
    await rejects(database.writeBlock(block.write), { code: 'db.head-moved' })
    await written
    deepEqual(database.head(), block.write.hash)
  })

  it('have no keys that a table cannot hold', async () => {
    await using database = openChainDatabase(await directory())
    const last = await writeChain(database, 1)
    for (const length of [0, 1025]) {
      const block = blockAfter(last).write
      const entry = [new Uint8Array(length), Uint8Array.of(1)] as const
      for (const bad of [{ changes: [...block.changes, entry] }, { archive: [entry] }]) {
        await rejects(database.writeBlock({ ...block, ...bad }), { code: 'db.bad-key' })
      }
    }
    await database.writeBlock(blockAfter(last).write)
    await database.flush()
    deepEqual(stateFindings(database), [])
  })

  it('reach the tables while others are written, when somebody flushes again and again', async () => {
    const path = await directory()
    const image = await directory()
    const database = openChainDatabase(path, 3)
    let block = await writeChain(database, 1)
    for (let i = 0; i < 40; i++) {
      block = blockAfter({ header: block.header, trie: database.headState() })
      const [written] = [database.writeBlock(block.write), database.flush(), database.flush()]
      await written
    }
    cpSync(path, image, { recursive: true })
    await database[Symbol.asyncDispose]()
    for (const at of [path, image]) {
      await using again = openChainDatabase(at, 3)
      equal(headBlock(again).block.header.number, 41)
      deepEqual(stateFindings(again), [])
    }
  })

  it('do not change a walk that began before them', async () => {
    await using database = openChainDatabase(await directory())
    let block = await writeChain(database, 5)
    const before = database.headState()
    const expected = [...before.entries()]
    for (const pause of [0, 1, 4]) {
      const walk = database.headState().entries()
      const seen = Array.from({ length: pause }, () => walk.next().value)
      const parent = database.headState()
      const entries = [...parent.entries()]
      block = blockAfter({ header: block.header, trie: parent })
      await database.writeBlock(block.write)
      deepEqual([...seen, ...walk], entries)
    }
    deepEqual([...before.entries()], expected)
  })
})

import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { blake2b256 } from '@pha/core/crypto'
import { t } from '@pha/core/schema'
import { emptyTrie } from '@pha/core/trie'
import fc from 'fast-check'
import { type Database, open } from 'lmdb'
import { openChainDatabase, type StoredBlock } from './index.ts'
import { blockAfter, numbers, randomChanges, stateFindings, statesOf, writeChain } from './test-chain.ts'

/** Continues the chain until it is killed, telling each number once it is on disk. */
async function writeUntilKilled(directory: string): Promise<never> {
  const database = openChainDatabase(directory)
  let block = blockAfter(undefined)
  const head = database.head()
  if (head === undefined) await database.writeGenesis(block.write, [])
  else {
    const { header } = database.block(head) ?? block
    block = { ...block, header, trie: database.headState() }
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

  it('tells of a block, its number and its extrinsics at one moment, when its write has settled', async () => {
    await using database = openChainDatabase(await directory())
    let block = await writeChain(database, 1)
    for (let i = 0; i < 20; i++) {
      block = blockAfter(block)
      const { hash, extrinsics } = block.write
      let settled = false
      const written = database.writeBlock(block.write).then(() => {
        settled = true
      })
      const [[extrinsic] = []] = extrinsics
      while (!settled) {
        equal(database.hashAt(block.header.number), undefined)
        equal(database.block(hash), undefined)
        equal(database.header(hash), undefined)
        equal(database.extrinsic(extrinsic as Uint8Array), undefined)
        await nextTurn()
      }
      await written
      deepEqual(database.hashAt(block.header.number), hash)
      deepEqual(database.extrinsic(extrinsic as Uint8Array)?.blockHash, hash)
    }
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

  it('reads a header alone, whatever the size of the body, and keeps it as it was while others are read', async () => {
    await using database = openChainDatabase(await directory())
    let block = await writeChain(database, 0)
    for (const bytes of [1, 5_000, 100_000, 5_000_000]) {
      const next = blockAfter(block)
      const body = [new Uint8Array(bytes).fill(0xff)]
      block = { ...next, write: { ...next.write, block: { ...next.write.block, body }, extrinsics: [] } }
      await database.writeBlock(block.write)
    }
    const hashes = numbers(0, 4).map((number) => database.hashAt(number) as Uint8Array)
    const headers = hashes.map((hash) => database.header(hash))
    deepEqual(
      headers,
      hashes.map((hash) => database.block(hash)?.header),
    )
    equal(headers[4]?.number, 4)
    equal(database.header(new Uint8Array(32)), undefined)
    equal(database.header(new Uint8Array(1)), undefined)
  })

  for (const kept of [2, 3, 16]) {
    it(`serves the newest ${kept} states, whole, after reopening too, and forgets older ones`, async () => {
      const path = await directory()
      const first = openChainDatabase(path, kept)
      const last = await writeChain(first, 24)
      deepEqual(statesOf(first, 24), numbers(25 - kept, 24))
      await first[Symbol.asyncDispose]()
      await using database = openChainDatabase(path, kept)
      deepEqual(statesOf(database, 24), numbers(25 - kept, 24))
      deepEqual([...database.headState().entries()], [...last.trie.entries()])
      deepEqual(stateFindings(database), [])
    })
  }

  it('keeps every state as an archive', async () => {
    await using database = openChainDatabase(await directory(), 'archive')
    await writeChain(database, 20)
    deepEqual(statesOf(database, 20), numbers(0, 20))
    deepEqual(stateFindings(database), [])
  })

  it('keeps what the kept states need after random blocks, whatever comes and goes and comes back', async () => {
    const property = fc.asyncProperty(randomChanges(14), fc.integer({ min: 2, max: 5 }), async (changes, kept) => {
      await using database = openChainDatabase(await directory(), kept)
      let block = blockAfter(undefined, () => [])
      await database.writeGenesis(block.write, [])
      const model = new Map([[0, block.trie]])
      for (const change of changes) {
        const parent = { header: block.header, trie: database.headState() }
        block = blockAfter(parent, () => change)
        await database.writeBlock(block.write)
        model.set(block.header.number, emptyTrie(1).applyChanges(block.trie.entries()))
      }
      const last = changes.length
      const expected = numbers(Math.max(0, last - kept + 1), last)
      deepEqual(statesOf(database, last), expected)
      for (const number of expected) {
        const hash = database.hashAt(number) as Uint8Array
        const state = database.state((database.block(hash) as StoredBlock).header)
        deepEqual([...(state?.entries() ?? [])], [...(model.get(number)?.entries() ?? [])], `state of block ${number}`)
      }
      deepEqual(stateFindings(database), [])
    })
    await fc.assert(property, { numRuns: 40 })
  })

  it('may keep more or fewer states from start to start, but refuses to turn into an archive or back', async () => {
    const path = await directory()
    const first = openChainDatabase(path, 8)
    let block = await writeChain(first, 20)
    await first[Symbol.asyncDispose]()
    throws(() => openChainDatabase(path, 'archive'), { code: 'db.other-pruning' })
    const fewer = openChainDatabase(path, 2)
    for (let i = 0; i < 4; i++) {
      block = blockAfter({ header: block.header, trie: fewer.headState() })
      await fewer.writeBlock(block.write)
    }
    deepEqual(statesOf(fewer, 24), [23, 24])
    deepEqual(stateFindings(fewer), [])
    await fewer[Symbol.asyncDispose]()
    await using more = openChainDatabase(path, 4)
    for (let i = 0; i < 2; i++) {
      block = blockAfter({ header: block.header, trie: more.headState() })
      await more.writeBlock(block.write)
    }
    deepEqual(statesOf(more, 26), [23, 24, 25, 26])
    deepEqual(stateFindings(more), [])
    const archive = await directory()
    await openChainDatabase(archive, 'archive').writeGenesis(blockAfter(undefined).write, [])
    throws(() => openChainDatabase(archive, 256), { code: 'db.other-pruning' })
  })

  it('reads the state of a block, not of the next one, while that is being written and after', async () => {
    await using database = openChainDatabase(await directory())
    let block = await writeChain(database, 1)
    for (let i = 0; i < 5; i++) {
      const before = database.headState()
      const expected = t.u32.encode(block.header.number)
      block = blockAfter({ header: block.header, trie: before })
      let isWritten = false
      const written = database.writeBlock(block.write).then(() => {
        isWritten = true
      })
      while (!isWritten) {
        deepEqual(before.get(Uint8Array.of(1)), expected)
        deepEqual([...before.entries(Uint8Array.of(1))][0]?.[1], expected)
        await nextTurn()
      }
      await written
      deepEqual(before.get(Uint8Array.of(1)), expected)
      deepEqual(database.headState().get(Uint8Array.of(1)), t.u32.encode(block.header.number))
    }
  })

  it('refuses a block that does not follow its head, and keeps nothing of it', async () => {
    await using database = openChainDatabase(await directory())
    const last = await writeChain(database, 2)
    const skipped = blockAfter(blockAfter(last))
    await rejects(database.writeBlock(skipped.write), { code: 'db.head-moved' })
    deepEqual(database.head(), last.write.hash)
    equal(database.block(skipped.write.hash), undefined)
    deepEqual([...database.headState().entries()], [...last.trie.entries()])
    deepEqual(stateFindings(database), [])
  })

  it('brings a directory of format 1 to this format, and goes on with it', async () => {
    const path = await directory()
    const first = openChainDatabase(path)
    let block = await writeChain(first, 5)
    await first[Symbol.asyncDispose]()
    const raw = open<Buffer, Uint8Array>({ path, maxDbs: 12, encoding: 'binary', keyEncoding: 'binary' })
    const table = (name: string) => raw.openDB<Buffer, Uint8Array>({ name, encoding: 'binary', keyEncoding: 'binary' })
    // What format 1 did not have: nodes, notes and the kind of pruning.
    await table('nodes').clearAsync()
    await table('replaced').clearAsync()
    await table('meta').remove(Buffer.from('pruning'))
    await table('meta').put(Buffer.from('format'), Buffer.of(1, 0, 0, 0))
    await table('undo').put(Buffer.of(0, 0, 0, 5), Buffer.of(0))
    await raw.close()
    await using database = openChainDatabase(path)
    deepEqual(statesOf(database, 5), [5])
    deepEqual(stateFindings(database), [])
    for (let i = 0; i < 3; i++) {
      block = blockAfter({ header: block.header, trie: database.headState() })
      await database.writeBlock(block.write)
    }
    deepEqual(statesOf(database, 8), [5, 6, 7, 8])
    deepEqual(stateFindings(database), [])
  })

  it('brings a directory of format 2, which had no journal, to this format', async () => {
    const path = await directory()
    const first = openChainDatabase(path)
    let block = await writeChain(first, 3)
    await first[Symbol.asyncDispose]()
    const openMeta = () => {
      const raw = open<Buffer, Uint8Array>({ path, maxDbs: 12, encoding: 'binary', keyEncoding: 'binary' })
      return { raw, meta: raw.openDB<Buffer, Uint8Array>({ name: 'meta', encoding: 'binary', keyEncoding: 'binary' }) }
    }
    const old = openMeta()
    await old.meta.put(Buffer.from('format'), Buffer.of(2, 0, 0, 0))
    await old.meta.remove(Buffer.from('journal'))
    await old.raw.close()
    for (const name of ['journal-0', 'journal-1']) await rm(join(path, name))
    {
      await using database = openChainDatabase(path)
      deepEqual(database.head(), block.write.hash)
      deepEqual(statesOf(database, 3), [0, 1, 2, 3])
      block = blockAfter({ header: block.header, trie: database.headState() })
      await database.writeBlock(block.write)
    }
    const now = openMeta()
    deepEqual(now.meta.get(Buffer.from('format')), Buffer.of(3, 0, 0, 0))
    await now.raw.close()
    await using database = openChainDatabase(path)
    deepEqual(statesOf(database, 4), [0, 1, 2, 3, 4])
    deepEqual(stateFindings(database), [])
  })

  it('finds a damaged node, a changed value, a lost block and a lost note', async () => {
    const path = await directory()
    const first = openChainDatabase(path)
    await writeChain(first, 6)
    await first[Symbol.asyncDispose]()
    const damages: [string, (table: (name: string) => Database<Buffer, Uint8Array>) => unknown][] = [
      ['check.flat-state', (table) => table('state').putSync(Uint8Array.of(1), Buffer.of(9))],
      ['check.block-missing', (table) => table('numbers').removeSync(Buffer.of(0, 0, 0, 3))],
      ['check.pruning-notes', (table) => table('replaced').putSync(Buffer.of(0, 0, 0, 4), Buffer.of(0))],
      [
        'check.node',
        (table) => {
          for (const { key, value } of table('nodes').getRange({ limit: 1, reverse: true })) {
            const changed = Buffer.from(value)
            changed[10] = (changed[10] as number) ^ 1
            table('nodes').putSync(Buffer.from(key), changed)
          }
        },
      ],
    ]
    for (const [code, damage] of damages) {
      const raw = open<Buffer, Uint8Array>({ path, maxDbs: 12, encoding: 'binary', keyEncoding: 'binary' })
      damage((name) => raw.openDB<Buffer, Uint8Array>({ name, encoding: 'binary', keyEncoding: 'binary' }))
      await raw.close()
      await using database = openChainDatabase(path)
      const found = stateFindings(database).map((finding) => finding.code)
      ok(found.includes(code as (typeof found)[number]), `${code} among ${found}`)
    }
  })

  it('refuses the format of another version', async () => {
    const path = await directory()
    const raw = open<Buffer, Uint8Array>({ path, maxDbs: 8, encoding: 'binary', keyEncoding: 'binary' })
    await raw
      .openDB<Buffer, Uint8Array>({ name: 'meta', encoding: 'binary', keyEncoding: 'binary' })
      .put(Buffer.from('format'), Buffer.of(4, 0, 0, 0))
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
      const head = (database.block(database.head() as Uint8Array) as StoredBlock).header.number
      deepEqual(stateFindings(database), [])
      ok(head >= acknowledged && acknowledged >= blocksBeforeKill, `head ${head}, acknowledged ${acknowledged}`)
    }
  })
})

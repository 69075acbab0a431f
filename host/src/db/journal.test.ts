import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { open } from 'lmdb'
import { headBlock, openChainDatabase } from './index.ts'
import { Journal, newJournalKey, readJournal } from './journal.ts'
import { stateFindings, WHEN_FLUSHED, writeChain } from './test-chain.ts'

const HEAD_BYTES = 28

async function keyOf(path: string): Promise<Buffer> {
  const raw = open<Buffer, Uint8Array>({ path, maxDbs: 12, encoding: 'binary', keyEncoding: 'binary' })
  const meta = raw.openDB<Buffer, Uint8Array>({ name: 'meta', encoding: 'binary', keyEncoding: 'binary' })
  const key = meta.get(Buffer.from('journal')) as Buffer
  await raw.close()
  return key
}

describe('the journal', () => {
  const made: string[] = []
  const directory = async (): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), 'pha-journal-'))
    made.push(path)
    return path
  }
  after(() => Promise.all(made.map((path) => rm(path, { recursive: true }))))

  /** What a crash leaves of a chain whose tables are at block 0: its journal of three blocks, and where they lie. */
  async function crashed() {
    const path = await directory()
    const image = await directory()
    await using database = openChainDatabase(path, undefined, WHEN_FLUSHED)
    await writeChain(database, 3)
    equal(database.blocksAhead, 3)
    cpSync(path, image, { recursive: true })
    const file = join(image, 'journal-0')
    const bytes = readFileSync(file)
    const key = await keyOf(image)
    const places: number[] = []
    for (let at = 0; bytes.subarray(at, at + key.length).equals(key); ) {
      places.push(at)
      at += HEAD_BYTES + bytes.readUInt32LE(at + 20)
    }
    const [first = 0, second = 0, third = 0] = places
    equal(places.length, 3)
    const end = third + HEAD_BYTES + bytes.readUInt32LE(third + 20)
    return { image, file, bytes, key, first, second, third, end }
  }

  it('gives back what was appended, above a number, and only what bears its key', async () => {
    const path = await directory()
    const [key, other] = [newJournalKey(), newJournalKey()]
    const payloads = [5, 0, 70_000, 2_000_000].map((length, i) => new Uint8Array(length).fill(i))
    const journal = new Journal(path, key)
    for (const [i, payload] of payloads.entries()) await journal.append(10 + i, payload)
    const expected = payloads.map((payload, i) => ({ number: 10 + i, payload }))
    deepEqual(readJournal(path, key, 0), expected)
    deepEqual(readJournal(path, key, 11), expected.slice(2))
    deepEqual(readJournal(path, other, 0), [])
    journal.close()
    const next = new Journal(path, other)
    await next.append(14, Uint8Array.of(1))
    deepEqual(readJournal(path, other, 0), [{ number: 14, payload: Uint8Array.of(1) }])
    next.close()
  })

  it('writes two files by turns, each from its beginning', async () => {
    const path = await directory()
    const key = newJournalKey()
    const journal = new Journal(path, key)
    const size = () => readFileSync(join(path, 'journal-0')).length + readFileSync(join(path, 'journal-1')).length
    for (let number = 1; number <= 40; number++) {
      await journal.append(number, new Uint8Array(100_000).fill(number))
      if (number % 5 === 0) journal.turn()
      // Those of this turn and of the one before are there, whatever is left of others.
      const needed = Math.max(0, number - 5 - (number % 5))
      deepEqual(
        readJournal(path, key, needed).map((record) => record.number),
        Array.from({ length: number - needed }, (_, i) => needed + 1 + i),
      )
    }
    equal(size(), 2 * 1024 * 1024)
    journal.close()
  })

  it('drops a last record that was torn at any byte, and nothing else', async () => {
    const { image, file, key, third, end, ...crash } = await crashed()
    const bytes = crash.bytes.subarray(0, end + 100)
    for (let torn = third; torn < end; torn++) {
      // What the disk has of a torn record is its beginning, or its end, or what was there before.
      const beginning = Buffer.from(bytes).fill(0, torn, end)
      const ending = Buffer.from(bytes).fill(0xa5, third, torn + 1)
      for (const damaged of [beginning, ending]) {
        if (damaged.equals(bytes)) continue
        writeFileSync(file, damaged)
        const found = readJournal(image, key, 0).map(({ number }) => number)
        deepEqual(found, [1, 2], `torn at ${torn - third}`)
      }
    }
    await using database = openChainDatabase(image)
    equal(headBlock(database).block.header.number, 2)
    deepEqual(stateFindings(database), [])
  })

  it('is refused when a record before the last one is damaged at any byte', async () => {
    const { image, file, bytes, second, third } = await crashed()
    for (let at = second; at < third; at += at < second + HEAD_BYTES ? 1 : 5) {
      const damaged = Buffer.from(bytes)
      damaged[at] = (damaged[at] as number) ^ (1 << (at & 7))
      writeFileSync(file, damaged)
      throws(() => openChainDatabase(image), { code: 'db.corrupt', fix: /journal-0/ }, `byte ${at - second}`)
    }
    writeFileSync(file, bytes)
    await using database = openChainDatabase(image)
    equal(headBlock(database).block.header.number, 3)
  })

  it('opens at the head of the tables when its files were removed, as the error says', async () => {
    const { image, file } = await crashed()
    await rm(file)
    await using database = openChainDatabase(image)
    equal(headBlock(database).block.header.number, 0)
    deepEqual(stateFindings(database), [])
  })

  it('believes no record that a body carries', async () => {
    const path = await directory()
    const key = newJournalKey()
    const journal = new Journal(path, key)
    await journal.append(1, Uint8Array.of(1, 2, 3))
    const [record] = [readFileSync(join(path, 'journal-0')).subarray(0, HEAD_BYTES + 3)]
    journal.close()
    // Even one with the key, which nobody outside knows, is skipped with the record around it.
    const next = new Journal(path, key)
    await next.append(1, new Uint8Array(record))
    await next.append(2, Uint8Array.of(4))
    deepEqual(
      readJournal(path, key, 0).map(({ number, payload }) => [number, payload.length]),
      [
        [1, record.length],
        [2, 1],
      ],
    )
    ok(record.length > HEAD_BYTES)
    next.close()
  })
})

import { deepEqual, equal, rejects, throws } from 'node:assert/strict'
import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { utf8Encode } from '@pha/core/codec'
import { Secret } from '@pha/core/crypto'
import { type Context, contexts } from '@pha/core/protocol'
import { enclaveLimits } from '../limits.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { bytesOf } from '../testing/test-chain.ts'
import { SealedJournal } from './sealed-journal.ts'

const name = 'test.journal'
const records = ['one', 'two', 'three', 'four'].map(utf8Encode) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]

interface Changes {
  readonly key?: string
  readonly genesis?: Uint8Array
  readonly context?: Context
}

function journalIn(folder: string, { key = 'key', genesis = bytesOf('genesis'), ...changes }: Changes = {}) {
  const sealingKey = Secret.from(bytesOf(key))
  return new SealedJournal({ folder, name, context: contexts.permitUses, genesis, sealingKey, ...changes })
}

/** A journal of four records. */
async function written() {
  const folder = temporaryFolder()
  const journal = journalIn(folder)
  journal.begin()
  for (const record of records) await journal.append(record)
  return { folder, journal, file: join(folder, name) }
}

describe('a sealed journal', () => {
  it('gives back what was appended, in order, and goes on after it', async () => {
    const { folder } = await written()
    const again = journalIn(folder)
    deepEqual(again.read(), records)
    await Promise.all(records.map((record) => again.append(record)))
    deepEqual(journalIn(folder).read(), [...records, ...records])
  })

  it('has the record of one append on disk before it says so', async () => {
    const folder = temporaryFolder()
    const journal = journalIn(folder)
    journal.begin()
    for (let i = 0; i < 20; i++) {
      await journal.append(Uint8Array.of(i))
      equal(journalIn(folder).read().length, i + 1)
    }
  })

  it('hides what it holds, in a file of the owner alone', async () => {
    const { file } = await written()
    equal(readFileSync(file).includes('three'), false)
    equal(statSync(file).mode & 0o777, 0o600)
  })

  it('gives the whole records of a file that ends anywhere, as after a crash, and goes on there', async () => {
    const { folder, file } = await written()
    const whole = readFileSync(file)
    const first = 4 + 12 + 16
    let most = 0
    for (let length = whole.length; length >= first; length--) {
      writeFileSync(file, whole.subarray(0, length))
      const journal = journalIn(folder)
      const read = journal.read()
      deepEqual(read, records.slice(0, read.length))
      most = Math.max(most, read.length)
      if (length % 7 > 0) continue
      await journal.append(utf8Encode('after'))
      deepEqual(journalIn(folder).read(), [...read, utf8Encode('after')])
    }
    equal(most, 4)
  })

  it('gives nothing from a changed byte on', async () => {
    const { folder, file } = await written()
    const whole = readFileSync(file)
    for (let at = 4 + 12 + 16; at < whole.length; at += 3) {
      writeFileSync(
        file,
        whole.map((byte, i) => (i === at ? byte ^ 1 : byte)),
      )
      const read = journalIn(folder).read()
      deepEqual(read, records.slice(0, read.length))
      equal(read.length < 4, true)
    }
  })

  it('gives no record at the place of another', async () => {
    const { folder, file } = await written()
    const whole = readFileSync(file)
    const length = 4 + 12 + 16
    const [one, two] = [whole.subarray(length, 2 * length + 3), whole.subarray(2 * length + 3, 3 * length + 6)]
    writeFileSync(file, Buffer.concat([whole.subarray(0, length), two, one]))
    deepEqual(journalIn(folder).read(), [])
    writeFileSync(file, Buffer.concat([whole.subarray(0, length), one, one]))
    deepEqual(journalIn(folder).read(), [records[0]])
  })

  it('is not taken for one that never was: gone, emptied, too long, or of another machine, chain or purpose', async () => {
    const { folder, file } = await written()
    const unreadable = (changes?: Changes) =>
      throws(() => journalIn(folder, changes).read(), { code: 'store.unreadable' })
    unreadable({ key: 'other' })
    unreadable({ genesis: bytesOf('other') })
    unreadable({ context: contexts.sealedStore })
    truncateSync(file, enclaveLimits.journalBytes + 1)
    unreadable()
    truncateSync(file, 0)
    unreadable()
    rmSync(file)
    unreadable()
  })

  it('is replaced by one record, also of those that are on their way', async () => {
    const { folder, journal } = await written()
    const onTheirWay = records.map((record) => journal.append(record))
    journal.replace(utf8Encode('all'))
    await Promise.all(onTheirWay)
    deepEqual(journalIn(folder).read(), [utf8Encode('all')])
    await journal.append(utf8Encode('next'))
    deepEqual(journalIn(folder).read(), [utf8Encode('all'), utf8Encode('next')])
  })

  it('refuses what would make it too long to be read', async () => {
    const { folder, journal } = await written()
    await rejects(journal.append(new Uint8Array(enclaveLimits.journalBytes)), { code: 'store.full' })
    await journal.append(utf8Encode('small'))
    deepEqual(journalIn(folder).read(), [...records, utf8Encode('small')])
  })
})

import { equal, notEqual, ok } from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { Secret } from '@pha/core/crypto'
import type { PermitLink } from '@pha/core/permits'
import { contexts } from '@pha/core/protocol'
import { enclaveLimits } from '../limits.ts'
import { volatileJournal } from '../store/journal.ts'
import { SealedJournal } from '../store/sealed-journal.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { bytesOf } from '../testing/test-chain.ts'
import { PermitUses } from './permit-uses.ts'

const ann = bytesOf('ann')
const name = 'permits.journal'

function link(name: string, uses: number, expiresAtBlock = 10): PermitLink {
  const terms = { genesis: ann, key: ann, site: 'pha', contracts: [], workers: undefined, issuedAtBlock: 0 }
  return { id: bytesOf(name), issuer: ann, terms: { ...terms, uses, expiresAtBlock } }
}

/** A journal in a folder, and how often it was written to. */
function journalIn(folder: string, isNew = false) {
  const sealingKey = Secret.from(bytesOf('key'))
  const journal = new SealedJournal({ folder, name, context: contexts.permitUses, genesis: ann, sealingKey })
  if (isNew) journal.begin()
  let writes = 0
  const append = journal.append.bind(journal)
  journal.append = (record) => {
    writes++
    return append(record)
  }
  return { journal, writes: () => writes }
}

describe('the queries of permits', () => {
  it('are counted for each link of a chain, or for none', async () => {
    const uses = new PermitUses(volatileJournal)
    const [first, second] = [link('first', 2), link('second', 1)]
    equal(await uses.take(ann, [first, second], 1), undefined)
    equal(await uses.take(ann, [first, second], 1), 'permit.used-up')
    equal(await uses.take(ann, [first], 1), undefined)
    equal(await uses.take(ann, [first], 1), 'permit.used-up')
  })

  it('take a bounded memory of each account: those that have ended make room, others do not', async () => {
    const uses = new PermitUses(volatileJournal)
    for (let i = 0; i < enclaveLimits.countedPermitsOfAccount; i++) {
      equal(await uses.take(ann, [link(`permit ${i}`, 1, i === 0 ? 10 : 20)], 1), undefined)
    }
    equal(await uses.take(ann, [link('one more', 1, 20)], 10), 'permit.too-many')
    equal(await uses.take(bytesOf('bob'), [link('of bob', 1)], 10), undefined)
    equal(await uses.take(ann, [link('one more', 1, 20)], 11), undefined)
    equal(uses.count, enclaveLimits.countedPermitsOfAccount + 1)
    equal(await uses.take(ann, [link('permit 1', 1, 20)], 11), 'permit.used-up', 'nothing that counts is forgotten')
  })

  it('take a bounded memory of all accounts', async () => {
    const uses = new PermitUses(volatileJournal)
    const each = enclaveLimits.countedPermitsOfAccount
    for (let i = 0; i < enclaveLimits.countedPermits; i++) {
      equal(await uses.take(bytesOf(`account ${Math.floor(i / each)}`), [link(`permit ${i}`, 1)], 1), undefined)
    }
    equal(await uses.take(ann, [link('one more', 1, 20)], 1), 'permit.too-many')
    equal(await uses.take(ann, [link('one more', 1, 20)], 11), undefined)
    equal(uses.count, 1)
  })

  it('that are few are counted one by one, on disk before they may be answered', async () => {
    const folder = temporaryFolder()
    const five = link('five', 5)
    let uses = new PermitUses(journalIn(folder, true).journal)
    for (let i = 0; i < 5; i++) {
      equal(await uses.take(ann, [five], 1), undefined)
      uses = new PermitUses(journalIn(folder).journal)
    }
    equal(await uses.take(ann, [five], 1), 'permit.used-up')
    equal(await uses.take(ann, [link('other', 5)], 1), undefined)
  })

  it('that are many wait for few writes, and a restart takes a small part of them at most, never gives any', async () => {
    const folder = temporaryFolder()
    const many = link('many', 1_000)
    const before = journalIn(folder, true)
    const uses = new PermitUses(before.journal)
    for (let i = 0; i < 500; i++) equal(await uses.take(ann, [many], 1), undefined)
    ok(before.writes() <= 40, `${before.writes()} writes`)

    const after = new PermitUses(journalIn(folder).journal)
    let left = 0
    while ((await after.take(ann, [many], 1)) === undefined) left++
    ok(left <= 500 && left >= 500 - 1_000 / enclaveLimits.permitParts, `${left} are left of 500`)
  })

  it('are counted once each when many ask at the same time', async () => {
    const folder = temporaryFolder()
    const ten = link('ten', 10)
    const uses = new PermitUses(journalIn(folder, true).journal)
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => uses.take(ann, [ten], 1)))
    equal(outcomes.filter((outcome) => outcome === undefined).length, 10)
    equal(await new PermitUses(journalIn(folder).journal).take(ann, [ten], 1), 'permit.used-up')
  })

  it('are not answered when the disk takes no count, and are again when it does', async () => {
    const folder = temporaryFolder()
    const uses = new PermitUses(journalIn(folder, true).journal)
    rmSync(join(folder, name))
    equal(await uses.take(ann, [link('two', 2)], 1), 'permit.not-counted')
    writeFileSync(join(folder, name), '')
    equal(await uses.take(ann, [link('two', 2)], 1), undefined)
    equal(await uses.take(ann, [link('two', 2)], 1), 'permit.used-up')
  })

  it('outlive the shortening of their journal', async () => {
    const folder = temporaryFolder()
    const { journal } = journalIn(folder, true)
    const uses = new PermitUses(journal)
    equal(await uses.take(ann, [link('first', 1)], 1), undefined)
    const grown = enclaveLimits.shortenedJournalBytes
    // Of no permit, as a journal of years: what counts is that it is long.
    while (journal.bytes < grown)
      await Promise.all(Array.from({ length: 1_000 }, () => journal.append(Uint8Array.of(0x00))))
    const [before, asked] = [journal.bytes, uses.take(ann, [link('second', 1)], 1)]
    equal(await asked, undefined)
    notEqual(journal.bytes, before)
    ok(journal.bytes < 1_000, `${journal.bytes} bytes`)
    const after = new PermitUses(journalIn(folder).journal)
    for (const one of ['first', 'second']) equal(await after.take(ann, [link(one, 1)], 1), 'permit.used-up')
  })
})

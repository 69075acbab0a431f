import { deepEqual, equal, rejects } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { deployForTest } from '@pha/contract/testing'
import { blake2b256 } from '@pha/core/crypto'
import { HealthCohort } from './contract.ts'
import { columnIndex, parseCohortCsv } from './statistics/index.ts'

const csv = readFileSync(new URL('../data/food-frequency.csv', import.meta.url), 'utf8')
const { columns, rows, ids } = parseCohortCsv(csv)
const account = (name: string): Uint8Array => blake2b256(new TextEncoder().encode(name))
const analyst = account('analyst')
const yes = (name: string) => ({ column: columnIndex(columns, name), test: { type: 'Equals' }, code: 1 }) as const
const rowOf = (id: string): Uint16Array => Uint16Array.from(rows[ids.indexOf(id)] ?? [])

async function cohortOfAll() {
  const cohort = deployForTest(HealthCohort, {
    caller: analyst,
    init: { analysts: [analyst], columns: columns.length },
  })
  for (const id of ids) await cohort.as(account(id)).contribute({ answers: rowOf(id) })
  return cohort
}

describe('health-cohort', () => {
  it('answers an association exactly', async () => {
    const cohort = await cohortOfAll()
    const answer = await cohort.as(analyst).association({ exposure: yes('dog'), illness: yes('heart_disease') })
    deepEqual(answer.table, { exposedIll: 11, exposedWell: 8, unexposedIll: 9, unexposedWell: 26 })
    deepEqual([answer.oddsRatio.numerator, answer.oddsRatio.denominator], ['143', '36'])
    equal(answer.pValue.decimal, '0.0372709845836')
  })

  it('answers counts and means', async () => {
    const cohort = await cohortOfAll()
    deepEqual(await cohort.as(analyst).count({ split: yes('diabetes') }), { selected: 15, others: 39 })
    const salad = await cohort.as(analyst).mean({ column: columnIndex(columns, 'greensaladfreq'), among: undefined })
    equal(salad.mean.decimal, '5.22222222222')
  })

  it('refuses strangers, small groups, unknown columns and means that are counts', async () => {
    const cohort = await cohortOfAll()
    const question = { exposure: yes('dog'), illness: yes('heart_disease') }
    await rejects(cohort.as(account('eve')).association(question), { code: 'NotAnalyst' })
    await rejects(cohort.as(analyst).association({ exposure: yes('left_hand'), illness: yes('cancer') }), {
      code: 'GroupTooSmall',
    })
    await rejects(cohort.as(analyst).count({ split: { ...yes('cat'), column: columns.length } }), {
      code: 'UnknownColumn',
    })
    await rejects(cohort.as(analyst).mean({ column: columnIndex(columns, 'cat'), among: undefined }), {
      code: 'NotAQuantity',
    })
  })

  it('refuses the same question after one to four people withdrew, and answers it after five', async () => {
    const cohort = await cohortOfAll()
    const question = { exposure: yes('dog'), illness: yes('heart_disease') }
    await cohort.as(analyst).association(question)
    for (const id of ['1053', '1006', '1166', '1134']) {
      await cohort.as(account(id)).withdraw()
      await rejects(cohort.as(analyst).association(question), { code: 'Differencing' })
    }
    await cohort.as(account('1014')).withdraw()
    const answer = await cohort.as(analyst).association(question)
    deepEqual(answer.table, { exposedIll: 10, exposedWell: 8, unexposedIll: 8, unexposedWell: 23 })
  })

  it('shows an owner his own row and which questions used it, and takes the row back', async () => {
    const cohort = await cohortOfAll()
    const owner = cohort.as(account('1053'))
    deepEqual(await owner.mine(), rowOf('1053'))
    deepEqual(await owner.usage(), [])
    await cohort.as(analyst).count({ split: yes('diabetes') })
    deepEqual(
      (await owner.usage()).map(({ question }) => question.type),
      ['Count'],
    )
    await owner.withdraw()
    equal(await owner.mine(), undefined)
    equal((await owner.usage()).length, 1)
    equal(await cohort.as(account('eve')).mine(), undefined)
    await rejects(owner.withdraw(), { code: 'NoRow' })
  })

  it('lets a row be corrected until an answer used it, since the difference of two means would tell the change', async () => {
    const cohort = await cohortOfAll()
    const owner = cohort.as(account('1053'))
    const corrected = rowOf('1053').map((code, i) => (i === columnIndex(columns, 'greensaladfreq') ? 9 : code))
    await owner.contribute({ answers: corrected })
    await cohort.as(analyst).mean({ column: columnIndex(columns, 'greensaladfreq'), among: undefined })
    await rejects(owner.contribute({ answers: rowOf('1053') }), { code: 'RowUsed' })
    await owner.withdraw()
    await rejects(owner.contribute({ answers: rowOf('1053') }), { code: 'RowUsed' })
  })

  it('shows a question that is asked again and again once', async () => {
    const cohort = await cohortOfAll()
    for (let i = 0; i < 3; i++) await cohort.as(analyst).count({ split: yes('diabetes') })
    equal((await cohort.as(account('1053')).usage()).length, 1)
  })

  it('refuses a row of another length', async () => {
    const cohort = await cohortOfAll()
    await rejects(cohort.as(account('x')).contribute({ answers: Uint16Array.of(1, 2, 3) }), { code: 'WrongLength' })
  })
})

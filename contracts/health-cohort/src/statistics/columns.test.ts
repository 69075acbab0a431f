import { deepEqual, equal, notEqual, throws } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { columnIndex, encodeAnswer, MISSING, parseCohortCsv } from './index.ts'

const csv = readFileSync(new URL('../../data/food-frequency.csv', import.meta.url), 'utf8')
const cohort = parseCohortCsv(csv)

describe('the codebook', () => {
  it('keeps whole numbers as they are, decimals as their digits, and gaps as a code of their own', () => {
    const { columns, rows, ids } = parseCohortCsv('"id","cat","wine"\r\n7,1,0.25\r\n8,0,\r\n9,,1.5e-01')
    deepEqual(columns, [
      { name: 'cat', decimals: 0 },
      { name: 'wine', decimals: 2 },
    ])
    deepEqual(ids, ['7', '8', '9'])
    deepEqual(rows, [
      [1, 25],
      [0, MISSING],
      [MISSING, 15],
    ])
  })

  it('drops decimals, and then whole digits, when the largest answer would not fit', () => {
    const { columns, rows } = parseCohortCsv('id,a,b\n1,6553.39,68133.6\n2,0.05,14.9')
    deepEqual(columns, [
      { name: 'a', decimals: 1 },
      { name: 'b', decimals: -1 },
    ])
    deepEqual(rows, [
      [65534, 6813],
      [1, 1],
    ])
  })

  it('keeps the order of answers', () => {
    const answer = fc.nat(60_000)
    fc.assert(
      fc.property(answer, answer, fc.nat(3), (a, b, places) => {
        const column = { name: 'x', decimals: 0 }
        const text = (value: number) => (value / 10 ** places).toFixed(places)
        const [codeOfA, codeOfB] = [encodeAnswer(column, text(a)), encodeAnswer(column, text(b))]
        if (a <= b) equal(codeOfA <= codeOfB, true)
        if (a >= b) equal(codeOfA >= codeOfB, true)
      }),
    )
  })

  it('refuses ragged lines, repeated names and ids, text, signs, and what does not fit, each with its code', () => {
    const refused = (text: string, code: string) => throws(() => parseCohortCsv(text), { code })
    refused('', 'columns.no-id-column')
    refused('cat,id\n1,2', 'columns.no-id-column')
    refused('id,cat\n1', 'columns.ragged-row')
    refused('id,cat\n1,0,0', 'columns.ragged-row')
    refused('id,cat\n1,0\n\n2,0', 'columns.ragged-row')
    refused('id,cat,cat\n1,0,0', 'columns.duplicate-name')
    refused('id,cat\n1,0\n1,1', 'columns.duplicate-id')
    refused('id,cat\n1,yes', 'columns.not-a-number')
    refused('id,cat\n1,-1', 'columns.not-a-number')
    refused('id,cat\n1, 1', 'columns.not-a-number')
    refused('id,cat\n1,"0', 'columns.unterminated-quote')
    refused('id,cat\n1,"0"1', 'columns.unterminated-quote')
    throws(() => encodeAnswer({ name: 'a', decimals: 0 }, '65535'), { code: 'columns.out-of-range' })
    equal(encodeAnswer({ name: 'a', decimals: 0 }, '65534'), 65534)
    throws(() => columnIndex([{ name: 'a', decimals: 0 }], 'b'), { code: 'columns.unknown-name' })
  })

  it('never quotes an answer in an error', () => {
    throws(
      () => parseCohortCsv('id,cat\n1,canary'),
      (error: Error) => !error.message.includes('canary'),
    )
  })
})

describe('the data set', () => {
  it('is 54 rows of 1,093 codes below 65535, with the published numbers of the ill', () => {
    equal(cohort.rows.length, 54)
    equal(cohort.columns.length, 1093)
    for (const row of cohort.rows) {
      equal(row.length, 1093)
      equal(
        row.every((code) => Number.isInteger(code) && code >= 0 && code < MISSING),
        true,
      )
    }
    const yes = (name: string) => cohort.rows.filter((row) => row[columnIndex(cohort.columns, name)] === 1).length
    deepEqual([yes('cancer'), yes('diabetes'), yes('heart_disease')], [28, 15, 20])
  })

  it('loses digits in 119 columns only, and never more than half a step', () => {
    const lines = csv.trim().split('\n').slice(1)
    const lossy = new Set<string>()
    for (const [person, line] of lines.entries()) {
      for (const [index, answer] of line.split(',').slice(1).entries()) {
        const { name, decimals } = cohort.columns[index] ?? { name: '', decimals: 0 }
        const code = cohort.rows[person]?.[index] ?? Number.NaN
        const value = Number(answer)
        notEqual(answer, '')
        equal(Math.abs(code - value * 10 ** decimals) <= 0.5 + 1e-9, true, name)
        if (Number((code / 10 ** decimals).toPrecision(12)) !== value) lossy.add(name)
      }
    }
    equal(lossy.size, 119)
  })
})

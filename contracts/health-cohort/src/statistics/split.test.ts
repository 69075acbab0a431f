import { deepEqual, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  countTable,
  crossPeople,
  gatherMean,
  MISSING,
  marginsOf,
  type Person,
  type Split,
  splitPeople,
} from './index.ts'

const FREQUENCY = 0
const ILLNESS = 1
const often: Split = { column: FREQUENCY, test: 'atLeast', code: 3 }
const ill: Split = { column: ILLNESS, test: 'equals', code: 1 }
const people: readonly Person[] = [
  { slot: 0, answers: [3, 1] },
  { slot: 2, answers: [9, 0] },
  { slot: 3, answers: [2, 1] },
  { slot: 5, answers: [MISSING, 1] },
  { slot: 7, answers: [4, MISSING] },
  { slot: 8, answers: [0, 0] },
]

describe('a split', () => {
  it('parts people by equality or threshold and leaves out who gave no answer, however large its code', () => {
    deepEqual(splitPeople(people, often), { selected: [0, 2, 7], others: [3, 8] })
    deepEqual(splitPeople(people, ill), { selected: [0, 3, 5], others: [2, 8] })
  })

  it('crossed with another gives the four cells of those who answered both', () => {
    const cells = crossPeople(people, often, ill)
    deepEqual(cells, { exposedIll: [0], exposedWell: [2], unexposedIll: [3], unexposedWell: [8] })
    const table = countTable(cells)
    deepEqual(table, { exposedIll: 1, exposedWell: 1, unexposedIll: 1, unexposedWell: 1 })
    deepEqual(marginsOf(table), { exposed: 2, unexposed: 2, ill: 2, well: 2, people: 4 })
  })

  it('chooses whose answers a mean is over', () => {
    deepEqual(gatherMean(people, FREQUENCY), { selected: [0, 2, 3, 7, 8], others: [], codes: [3, 9, 2, 4, 0] })
    deepEqual(gatherMean(people, FREQUENCY, ill), { selected: [0, 3], others: [2, 8], codes: [3, 2] })
  })

  it('refuses a column that rows do not have', () => {
    throws(() => splitPeople(people, { ...ill, column: 2 }), { code: 'split.unknown-column' })
    throws(() => gatherMean(people, -1), { code: 'split.unknown-column' })
  })
})

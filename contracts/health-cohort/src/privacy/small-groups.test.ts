import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  groupsOfCount,
  groupsOfTable,
  MINIMUM_GROUP,
  refuseMeanOf,
  refuseSmallGroups,
  refuseSmallSets,
} from './index.ts'

const refused = { ok: false, reason: 'GroupTooSmall' }

describe('the threshold rule', () => {
  it('lets a table pass whose cells all have five people, and refuses it for one cell of 0 to 4', () => {
    const table = { exposedIll: 5, exposedWell: 5, unexposedIll: 5, unexposedWell: 5 }
    deepEqual(refuseSmallGroups(table), { ok: true })
    for (const cell of Object.keys(table)) {
      for (let people = 0; people < MINIMUM_GROUP; people += 1) {
        deepEqual(refuseSmallGroups({ ...table, [cell]: people }), refused)
      }
    }
    throws(() => refuseSmallGroups({ ...table, exposedIll: -1 }), { code: 'table.not-a-count' })
  })

  it('says the same of the sets of people as of the table', () => {
    const slots = (first: number, people: number) => Array.from({ length: people }, (_, index) => first + index)
    for (let people = 0; people < 8; people += 1) {
      const groups = groupsOfTable({
        exposedIll: slots(0, 6),
        exposedWell: slots(100, people),
        unexposedIll: slots(200, 5),
        unexposedWell: slots(300, 5),
      })
      equal(refuseSmallSets(groups).ok, people >= MINIMUM_GROUP)
    }
  })

  it('refuses a count for the people it leaves out, too', () => {
    deepEqual(refuseSmallSets(groupsOfCount({ selected: [0, 1, 2, 3, 4, 5], others: [6] })), refused)
  })

  it('does not tell by how much a group is too small', () => {
    const verdicts = [0, 1, 4].map((exposedIll) =>
      JSON.stringify(refuseSmallGroups({ exposedIll, exposedWell: 9, unexposedIll: 9, unexposedWell: 9 })),
    )
    equal(new Set(verdicts).size, 1)
  })
})

describe('a mean', () => {
  it('of a yes/no answer is refused: it is a count', () => {
    deepEqual(refuseMeanOf([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]), { ok: false, reason: 'NotAQuantity' })
  })

  it('is refused when fewer than five people differ from the commonest answer', () => {
    deepEqual(refuseMeanOf([]), refused)
    deepEqual(refuseMeanOf([3, 3, 3, 3, 3, 3]), refused)
    deepEqual(refuseMeanOf([0, 0, 0, 0, 0, 0, 1, 2, 3, 4]), refused)
    deepEqual(refuseMeanOf([0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5]), { ok: true })
  })
})

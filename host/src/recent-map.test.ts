import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { RecentMap } from './recent-map.ts'

describe('a map of what was set lately', () => {
  it('has the newest half of its capacity, and never more than all of it', () => {
    const keys = fc.array(fc.nat(40), { maxLength: 200 })
    fc.assert(
      fc.property(keys, fc.integer({ min: 2, max: 20 }), (set, capacity) => {
        const map = new RecentMap<number, number>(capacity)
        set.forEach((key, i) => {
          map.set(key, i)
        })
        const newestFirst = [...new Set(set.toReversed())]
        const recent = newestFirst.slice(0, capacity >> 1)
        deepEqual(
          recent.map((key) => map.get(key)),
          recent.map((key) => set.lastIndexOf(key)),
        )
        const known = newestFirst.filter((key) => map.get(key) !== undefined)
        equal(known.length <= capacity, true, `${known.length} of ${capacity}`)
      }),
    )
  })

  it('forgets one key, or all', () => {
    const map = new RecentMap<string, number>(4)
    for (const key of ['a', 'b', 'c', 'd']) map.set(key, 1)
    map.set('a', 2)
    map.delete('a')
    deepEqual(
      ['a', 'c', 'd'].map((key) => map.get(key)),
      [undefined, 1, 1],
    )
    map.clear()
    deepEqual(
      ['c', 'd'].map((key) => map.get(key)),
      [undefined, undefined],
    )
  })
})

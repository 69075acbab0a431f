import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { orderedSet, walkChains } from './ordered-set.ts'

const ascending = (left: number, right: number): number => left - right

describe('an ordered set', () => {
  it('holds what a sorted array without doubles holds', () => {
    const steps = fc.array(fc.record({ adds: fc.boolean(), item: fc.nat(40) }), { maxLength: 100 })
    fc.assert(
      fc.property(steps, (all) => {
        let set = orderedSet(ascending)
        const plain = new Set<number>()
        for (const { adds, item } of all) {
          set = adds ? set.with(item) : set.without(item)
          if (adds) plain.add(item)
          else plain.delete(item)
        }
        const sorted = [...plain].sort(ascending)
        deepEqual([...set], sorted)
        equal(set.first(), sorted[0])
        equal(set.isEmpty, sorted.length === 0)
      }),
    )
  })

  it('shows who walks it what it was when he began', () => {
    let set = orderedSet(ascending).with(1).with(2).with(3)
    const walk = set[Symbol.iterator]()
    walk.next()
    set = set.without(2).without(3).with(4)
    deepEqual([...walk], [2, 3])
    deepEqual([...set], [1, 4])
  })

  it('stays shallow when all arrive in order', () => {
    let compared = 0
    let set = orderedSet<number>((left, right) => {
      compared++
      return left - right
    })
    for (let i = 0; i < 20_000; i++) set = set.with(i)
    compared = 0
    set.with(10_000.5)
    equal(compared < 200, true, `${compared} comparisons`)
  })

  it('walks chains by the best item whose predecessor was given', () => {
    const chains = fc.array(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 6 }), { maxLength: 8 })
    fc.assert(
      fc.property(chains, (all) => {
        const items = all.map((chain, at) => chain.map((priority, depth) => ({ priority, at, depth })))
        type Item = NonNullable<(typeof items)[0]>[0]
        const compare = (left: Item, right: Item): number =>
          left.priority - right.priority || left.at - right.at || left.depth - right.depth
        let heads = orderedSet(compare)
        for (const [head] of items) if (head !== undefined) heads = heads.with(head)
        const walked = [...walkChains(heads, ({ at, depth }) => items[at]?.[depth + 1])]
        const expected: Item[] = []
        const open = items.map((chain) => [...chain])
        for (let best = bestOf(); best !== undefined; best = bestOf()) expected.push(best)
        deepEqual(walked, expected)

        function bestOf(): Item | undefined {
          const candidates = open.flatMap(([head]) => (head === undefined ? [] : [head])).sort(compare)
          const [best] = candidates
          if (best !== undefined) open[best.at]?.shift()
          return best
        }
      }),
    )
  })
})

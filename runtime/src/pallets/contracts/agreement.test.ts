import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { findAgreement, type Vote } from './agreement.ts'

const vote = (worker: number, said: number, tee = 'Tdx'): Vote => ({
  worker: Uint8Array.of(worker),
  tee,
  said: Uint8Array.of(said),
})

describe('findAgreement', () => {
  it('takes more than half of all replicas, not of those who voted', () => {
    equal(findAgreement([vote(1, 7)], { replicas: 3, vendors: 1 }), undefined)
    deepEqual(findAgreement([vote(1, 7), vote(2, 7)], { replicas: 3, vendors: 1 })?.said, Uint8Array.of(7))
    equal(findAgreement([vote(1, 7), vote(2, 7)], { replicas: 4, vendors: 1 }), undefined)
    equal(findAgreement([vote(1, 7), vote(2, 7), vote(3, 8), vote(4, 8)], { replicas: 4, vendors: 1 }), undefined)
    deepEqual(findAgreement([vote(1, 7)], { replicas: 1, vendors: 1 })?.agreeing.length, 1)
  })

  it('names who said something else', () => {
    const agreement = findAgreement([vote(1, 9), vote(2, 7), vote(3, 7)], { replicas: 3, vendors: 1 })
    deepEqual(agreement?.agreeing, [vote(2, 7), vote(3, 7)])
    deepEqual(agreement?.diverging, [vote(1, 9)])
  })

  it('is not reached by one vendor alone where two are asked for', () => {
    const oneVendor = [vote(1, 7), vote(2, 7)]
    equal(findAgreement(oneVendor, { replicas: 3, vendors: 2 }), undefined)
    equal(findAgreement([...oneVendor, vote(3, 8, 'SevSnp')], { replicas: 3, vendors: 2 }), undefined)
    equal(findAgreement([...oneVendor, vote(3, 7, 'SevSnp')], { replicas: 3, vendors: 2 })?.agreeing.length, 3)
  })

  it('is the value of the absolute majority, whatever the order of votes, or nothing', () => {
    const scenario = fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 16 }).chain((said) =>
      fc.tuple(
        fc.constant(said),
        fc.shuffledSubarray(
          said.map((_, i) => i),
          { minLength: 0 },
        ),
      ),
    )
    fc.assert(
      fc.property(scenario, ([said, order]) => {
        const votes = order.map((i) => vote(i, said[i] ?? 0))
        const counts = new Map<number, number>()
        for (const i of order) counts.set(said[i] ?? 0, (counts.get(said[i] ?? 0) ?? 0) + 1)
        const winner = [...counts].find(([, count]) => count > said.length / 2)?.[0]
        const agreement = findAgreement(votes, { replicas: said.length, vendors: 1 })
        equal(agreement?.said[0], winner)
        if (agreement !== undefined) equal(agreement.agreeing.length + agreement.diverging.length, votes.length)
      }),
    )
  })
})

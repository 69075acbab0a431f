import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Candidate, chooseReplicas } from './choose-replicas.ts'

const candidate = (score: number, tee = 'Tdx'): Candidate => ({
  identity: Uint8Array.of(score),
  tee,
  score: Uint8Array.of(score),
})
const scores = (chosen: readonly Candidate[] | undefined): (number | undefined)[] | undefined =>
  chosen?.map(({ score }) => score[0])

describe('chooseReplicas', () => {
  it('takes the smallest scores', () => {
    deepEqual(
      scores(
        chooseReplicas(
          [5, 1, 9, 3].map((s) => candidate(s)),
          { count: 3, vendors: 1 },
        ),
      ),
      [1, 3, 5],
    )
  })

  it('takes a worse score where a vendor would be missing', () => {
    const workers = [candidate(1), candidate(2), candidate(3), candidate(8, 'SevSnp'), candidate(9, 'SevSnp')]
    deepEqual(scores(chooseReplicas(workers, { count: 3, vendors: 2 })), [1, 2, 8])
  })

  it('has no answer when workers or vendors do not suffice', () => {
    equal(chooseReplicas([candidate(1), candidate(2)], { count: 3, vendors: 1 }), undefined)
    equal(chooseReplicas([candidate(1), candidate(2)], { count: 2, vendors: 2 }), undefined)
  })

  it('keeps the vendor rule when one replica is replaced', () => {
    const workers = [candidate(1), candidate(8, 'SevSnp')]
    deepEqual(scores(chooseReplicas(workers, { count: 1, vendors: 2, kept: ['Tdx', 'Tdx'] })), [8])
    deepEqual(scores(chooseReplicas(workers, { count: 1, vendors: 2, kept: ['Tdx', 'SevSnp'] })), [1])
    equal(chooseReplicas([candidate(1)], { count: 1, vendors: 2, kept: ['Tdx', 'Tdx'] }), undefined)
  })

  it('chooses the same from any order, distinct, with the vendors asked for, whenever that is possible', () => {
    const workers = fc
      .uniqueArray(fc.nat({ max: 255 }), { maxLength: 20 })
      .chain((ids) =>
        fc.tuple(
          fc.constant(ids),
          fc.array(fc.constantFrom('Tdx', 'SevSnp', 'Sgx'), { minLength: ids.length, maxLength: ids.length }),
        ),
      )
    const places = fc
      .integer({ min: 1, max: 6 })
      .chain((count) => fc.record({ count: fc.constant(count), vendors: fc.integer({ min: 1, max: count }) }))
    fc.assert(
      fc.property(workers, places, ([ids, tees], { count, vendors }) => {
        const all = ids.map((id, i) => candidate(id, tees[i]))
        const chosen = chooseReplicas(all, { count, vendors })
        deepEqual(scores(chooseReplicas(all.toReversed(), { count, vendors })), scores(chosen))
        equal(chosen !== undefined, ids.length >= count && new Set(tees).size >= vendors)
        if (chosen === undefined) return
        equal(new Set(scores(chosen)).size, count)
        ok(new Set(chosen.map(({ tee }) => tee)).size >= vendors)
      }),
    )
  })
})

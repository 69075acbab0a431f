/** No call touches more than its weight says: the dearest way to make each call is made, and counted. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AnyPallet } from '@pha/runtime/frame'
import { chainTypes, WEIGHTS } from '@pha/runtime/pallets'
import { countAccesses } from './count-accesses.ts'
import { allowanceOf, excessOf } from './declared-accesses.ts'
import { allScenarios, unmatched } from './scenarios/all-scenarios.ts'

const pallets = chainTypes.pallets as readonly AnyPallet[]
const declared = pallets.flatMap(({ name, calls }) =>
  Object.entries(calls).map(([call, { weight }]) => [`${name}.${call}`, weight] as const),
)

describe('the weight of a call', () => {
  it('is measured by a scenario, for every call of every pallet', () => {
    deepEqual(unmatched(), { missing: [], unknown: [] })
  })

  it('is the measured one (node testing/weights/main.ts --write measures anew)', () => {
    const measured = Object.entries(WEIGHTS).flatMap(([pallet, calls]) =>
      Object.entries(calls).map(([call, weight]) => [`${pallet}.${call}`, weight] as const),
    )
    const sorted = (weights: typeof measured | typeof declared) =>
      weights.toSorted(([one], [other]) => (one < other ? -1 : 1))
    deepEqual(sorted(declared), sorted(measured))
  })

  for (const [name, { worst, units, runs, prepare }] of allScenarios()) {
    for (const length of units === undefined ? [0] : [0, units.most]) {
      it(`covers what ${name} touches: ${worst}${units === undefined ? '' : `, ${length} times ${units.of}`}`, () => {
        const { reads, writes, outcome, calls } = countAccesses(prepare(length), runs)
        equal(outcome, 'ok')
        const [whole] = calls
        ok(whole !== undefined)
        const allowed = allowanceOf(whole)
        equal(excessOf({ reads, writes }, allowed), 0n, `${reads} reads, ${writes} writes`)
      })
    }
  }

  for (const call of ['Balances.transferKeepAlive', 'System.setCode', 'System.applyAuthorizedUpgrade']) {
    it(`would be noticed if it left out one entry of ${call}`, () => {
      const scenario = allScenarios().find(([name]) => name === call)?.[1]
      ok(scenario !== undefined)
      const { reads, writes, calls } = countAccesses(scenario.prepare(0))
      const [whole] = calls
      ok(whole !== undefined)
      const allowed = allowanceOf(whole)
      ok(excessOf({ reads, writes }, { ...allowed, writes: allowed.writes - 1 }) > 0n)
      ok(excessOf({ reads, writes }, { ...allowed, reads: allowed.reads - 1 }) > 0n)
    })
  }
})

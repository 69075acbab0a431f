/** A slice of the campaign, and each known difference from the other verifier. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { noEvidence } from '../evidence-folders.ts'
import { compare } from './compare.ts'
import { genuineInputs } from './genuine-inputs.ts'
import { KNOWN_DIFFERENCES } from './known-differences.ts'
import { runOracle } from './run-oracle.ts'

if (noEvidence) console.log(noEvidence)

describe('this verifier and @phala/dcap-qvl', () => {
  for (const { difference, why, shownBy, alsoShownBy } of KNOWN_DIFFERENCES) {
    it(`differ where ${difference} (${why})`, () => {
      equal(compare(shownBy()).difference, difference)
      if (alsoShownBy !== undefined) equal(compare(alsoShownBy()).difference, difference)
    })
  }

  it('have no explanation twice', () => {
    equal(new Set(KNOWN_DIFFERENCES.map(({ difference }) => difference)).size, KNOWN_DIFFERENCES.length)
  })

  it('agree on real evidence that both accept', { skip: noEvidence }, () => {
    const agreed = genuineInputs().filter((input) => {
      const { ours, difference } = compare(input)
      return ours.ok && difference === undefined
    })
    ok(agreed.length >= 14, `${agreed.length}`)
  })

  it('are asked the same in a run that is taken up', () => {
    const [begun, resumed] = [runOracle({ seed: 7, count: 40 }), runOracle({ seed: 7, count: 40, first: 40 })]
    const whole = runOracle({ seed: 7, count: 80 })
    equal(begun.bothAccept + resumed.bothAccept, whole.bothAccept)
    equal(begun.bothRefuse + resumed.bothRefuse, whole.bothRefuse)
  })

  it('differ in nothing else, over changed and simulated evidence', () => {
    const { inputs, unknown, bothAccept, bothRefuse } = runOracle({ seed: 2026, count: 300 })
    deepEqual({ inputs, unknown }, { inputs: 300, unknown: [] })
    ok(bothAccept > 10 && bothRefuse > 10)
  })
})

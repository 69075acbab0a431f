/** A slice of the campaign: `main.ts` runs ten million extrinsics. */
import { equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { legRunner } from './guarded-legs.ts'
import { runLeg } from './run-leg.ts'

describe('extrinsics from strangers', () => {
  for (const number of [0, 1, 2]) {
    it(`never break the chain, whatever they are (part ${number})`, () => {
      const outcome = runLeg({ seed: 1, number, inputs: 2_000 })
      equal(outcome.violation, undefined)
      ok(outcome.refused > 400 && outcome.failed > 200 && outcome.succeeded > 100, JSON.stringify(outcome))
      ok(outcome.blocks > 20, 'the chain goes on')
    })
  }

  it('are the same for the same seed, in a thread too', async () => {
    const leg = { seed: 7, number: 3, inputs: 300 }
    const { slowestMs: _, ...here } = runLeg(leg)
    await using runner = legRunner()
    const { slowestMs: __, ...there } = await runner.run(leg)
    equal(JSON.stringify(there), JSON.stringify(here))
  })
})

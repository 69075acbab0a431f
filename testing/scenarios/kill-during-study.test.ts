import { deepEqual, ok } from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { describe, it } from 'node:test'
import { runKilledStudy } from '../campaigns/kill/killed-study.ts'

describe('kill -9 of any process at any moment, from its start on', () => {
  it('ends neither the study nor loses anything that was acknowledged', async (test) => {
    const seed = randomInt(2 ** 31)
    test.diagnostic(`again: node testing/campaigns/kill/main.ts --runs 1 --gatekeepers 1 --seed ${seed}`)
    const { kills, checks, acknowledged, failures } = await runKilledStudy({
      seed,
      say: (line) => test.diagnostic(line),
    })
    deepEqual(failures, [])
    ok(kills.starting >= 1 && kills.studying >= 5, JSON.stringify(kills))
    ok(checks > 30 && acknowledged > 130, `${checks} checks, ${acknowledged} extrinsics`)
  })
})

import { deepEqual, equal, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { enclaveLimits } from '../limits.ts'
import { waitingLine } from './waiting-line.ts'

describe('a waiting line', () => {
  it('runs one piece of work at a time, refuses what is too much, and goes on after a failure', async () => {
    const line = waitingLine()
    let running = 0
    const work = async (): Promise<number> => {
      running++
      equal(running, 1)
      await new Promise(setImmediate)
      running--
      return 1
    }
    const failing = line(() => Promise.reject(new Error('lost')))
    const rest = Array.from({ length: enclaveLimits.waitingRuns - 1 }, () => line(work))
    await rejects(line(work), { code: 'replica.busy' })
    await rejects(failing, { message: 'lost' })
    deepEqual(
      await Promise.all(rest),
      rest.map(() => 1),
    )
    equal(await line(work), 1)
  })
})

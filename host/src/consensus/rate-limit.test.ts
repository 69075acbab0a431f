import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { rateLimit } from './rate-limit.ts'

/** When events happen that each come as soon as they may, from `startMs` on. */
function eager(limit: ReturnType<typeof rateLimit>, startMs: number, count: number): number[] {
  let nowMs = startMs
  return Array.from({ length: count }, () => {
    nowMs += limit.waitMs(nowMs)
    limit.take(nowMs)
    return nowMs
  })
}

describe('a rate limit', () => {
  it('lets a burst through, then one per interval', () => {
    const limit = rateLimit({ intervalMs: 250, burst: 3 })
    deepEqual(eager(limit, 1_000, 6), [1_000, 1_000, 1_000, 1_250, 1_500, 1_750])
  })

  it('gives one back for each interval of rest, and never more than the burst', () => {
    const limit = rateLimit({ intervalMs: 250, burst: 3 })
    eager(limit, 1_000, 3)
    deepEqual(eager(limit, 1_500, 3), [1_500, 1_500, 1_750])
    deepEqual(eager(limit, 90_000, 4), [90_000, 90_000, 90_000, 90_250])
  })

  it('with a burst of 1 keeps the interval, with an interval of 0 limits nothing', () => {
    deepEqual(eager(rateLimit({ intervalMs: 250, burst: 1 }), 0, 3), [0, 250, 500])
    deepEqual(eager(rateLimit({ intervalMs: 0, burst: 1 }), 0, 3), [0, 0, 0])
  })

  it('lets nobody wait longer than an interval, also when the clock is set back', () => {
    const limit = rateLimit({ intervalMs: 250, burst: 3 })
    eager(limit, 1_000_000, 3)
    equal(limit.waitMs(5), 250)
    limit.take(255)
    equal(limit.waitMs(255), 250)
  })

  it('never lets more through than the burst and one per interval', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 60 }),
        (burst, pauses) => {
          const limit = rateLimit({ intervalMs: 100, burst })
          let nowMs = 0
          const times = pauses.map((pause) => {
            nowMs += Math.max(pause, limit.waitMs(nowMs))
            limit.take(nowMs)
            return nowMs
          })
          for (const [i, from] of times.entries()) {
            for (const [j, to] of times.entries()) {
              if (j >= i) equal(j - i + 1 <= burst + (to - from) / 100, true)
            }
          }
        },
      ),
    )
  })
})

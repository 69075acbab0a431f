import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { enclaveLimits } from '../limits.ts'
import { Turns } from './turns.ts'

/** A run cannot be interrupted: it holds the thread, for this much of its processor time. */
function hold(ms: number): number {
  const end = threadMs() + ms
  while (threadMs() < end);
  return ms
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

const LONG = enclaveLimits.longRunMs + 20

describe('turns', () => {
  const nowMs = (): number => performance.now()

  it('run at once, in the same step, as long as they are short', () => {
    const turns = new Turns({ nowMs })
    const ran: number[] = []
    for (const i of [1, 2, 3]) void turns.take('short', () => ran.push(i))
    deepEqual(ran, [1, 2, 3])
  })

  it('are no longer for a wait that somebody else causes', async () => {
    const turns = new Turns({ nowMs })
    await turns.take('waits', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LONG))
    let ran = false
    void turns.take('waits', () => {
      ran = true
    })
    equal(ran, true)
  })

  it('leave half of the thread to others once someone ran long', async () => {
    const turns = new Turns({ nowMs })
    await turns.take('long', () => hold(LONG))
    const ran: { name: string; from: number; to: number }[] = []
    const run = (name: string, ms: number) =>
      turns.take(name, () => {
        const from = nowMs()
        hold(ms)
        ran.push({ name, from, to: nowMs() })
      })
    let isOver = false
    const runs = Promise.all([1, 2, 3].map(() => run('long', LONG))).finally(() => {
      isOver = true
    })
    while (!isOver) {
      await run('other', 1)
      await sleep(0)
    }
    await runs
    const long = ran.filter(({ name }) => name === 'long')
    equal(long.length, 3)
    for (const [i, { from }] of long.entries()) {
      const before = long[i - 1]
      if (before === undefined) continue
      // Timers count whole milliseconds, of a clock that is cut to them.
      const [paused, took] = [from - before.to, before.to - before.from]
      ok(paused > took - 2, `${paused} ms after ${took} ms`)
      ok(ran.some(({ name, from: began, to }) => name === 'other' && began >= before.to && to <= from))
    }
  })

  it('are in order in the lane, pass errors on, and are refused when too many wait', async () => {
    const turns = new Turns({ nowMs })
    await turns.take('a', () => hold(LONG))
    await turns.take('b', () => hold(LONG))
    const ran: string[] = []
    const failing = rejects(
      turns.take('a', () => {
        throw new RangeError('disk lost')
      }),
      RangeError,
    )
    const names = Array.from({ length: enclaveLimits.waitingRuns - 1 }, (_, i) => (i % 2 ? 'a' : 'b'))
    const all = names.map((name, i) => turns.take(name, () => ran.push(`${name}${i}`)))
    deepEqual([turns.isBusy('a'), turns.isBusy('b'), turns.isBusy('other')], [true, true, false])
    await Promise.all([failing, ...all])
    deepEqual(
      ran,
      names.map((name, i) => `${name}${i}`),
    )
    equal(turns.isBusy('a'), false)
  })
})

import { deepEqual, equal, rejects } from 'node:assert/strict'
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
    const began = performance.now()
    const runs = Promise.all([1, 2, 3].map(() => turns.take('long', () => hold(LONG))))
    let others = 0
    let over = false
    void runs.then(() => {
      over = true
    })
    while (!over) others += (await turns.take('other', () => hold(1))) + (await sleep(0, 0))
    const took = performance.now() - began
    equal(took >= 5 * LONG, true, `${took} ms`)
    equal(others >= LONG / 8, true, `${others} runs of others`)
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

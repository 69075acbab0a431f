import { deepEqual } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Turns } from './turns.ts'

describe('turns', () => {
  it('come in the order in which they were taken, each name by itself', async () => {
    const turns = new Turns()
    const order: string[] = []
    async function work(name: string, delayMs: number): Promise<void> {
      const turn = turns.take(name)
      await sleep(delayMs)
      await turn.comes
      order.push(`${name} after ${delayMs}`)
      turn.end()
    }
    await Promise.all([work('ann', 20), work('ann', 1), work('bob', 5), work('ann', 10)])
    deepEqual(order, ['bob after 5', 'ann after 20', 'ann after 1', 'ann after 10'])
    await work('ann', 0)
  })

  it('wait for all earlier ones, also where a later one has ended before its turn came', async () => {
    const turns = new Turns()
    const first = turns.take('ann')
    turns.take('ann').end()
    let came = false
    const third = turns.take('ann').comes.then(() => {
      came = true
    })
    await sleep(5)
    deepEqual(came, false)
    first.end()
    await third
  })
})

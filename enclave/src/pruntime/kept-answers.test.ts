import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SESSION_WINDOW } from '@pha/core/crypto'
import { KeptAnswers } from './kept-answers.ts'

const answer = (length: number) => Promise.resolve(new Uint8Array(length))
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('answers that are kept', () => {
  it('stay for a window of their session', async () => {
    const kept = new KeptAnswers(1_000_000)
    const session = kept.session()
    for (let counter = 0; counter <= SESSION_WINDOW; counter++) session.keep(counter, answer(10))
    await settled()
    equal(session.find(0), undefined)
    deepEqual(await session.find(1), new Uint8Array(10))
    equal(kept.bytes, 10 * SESSION_WINDOW)
  })

  it('never take more than their bytes, whoever they are for: the oldest go first', async () => {
    const kept = new KeptAnswers(100)
    const [one, two] = [kept.session(), kept.session()]
    one.keep(0, answer(60))
    two.keep(0, answer(30))
    await settled()
    two.keep(1, answer(20))
    await settled()
    equal(one.find(0), undefined)
    equal((await two.find(0))?.length, 30)
    equal(kept.bytes, 50)
    two.keep(2, answer(101))
    await settled()
    equal(kept.bytes, 0)
  })

  it('are found while they are in work, and not kept if that fails', async () => {
    const session = new KeptAnswers(100).session()
    const work = Promise.withResolvers<Uint8Array>()
    session.keep(0, work.promise)
    const found = session.find(0)
    work.reject(new Error('no answer'))
    equal(await found?.catch((error: Error) => error.message), 'no answer')
    await settled()
    equal(session.find(0), undefined)
  })

  it('are forgotten with their session', async () => {
    const kept = new KeptAnswers(100)
    const session = kept.session()
    session.keep(0, answer(10))
    const late = Promise.withResolvers<Uint8Array>()
    session.keep(1, late.promise)
    await settled()
    session.drop()
    late.resolve(new Uint8Array(10))
    await settled()
    equal(kept.bytes, 0)
    equal(session.find(1), undefined)
  })
})

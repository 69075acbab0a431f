import { deepEqual, equal, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TopicMessage } from '@pha/core/protocol'
import { topics } from '@pha/core/protocol'
import { bytesOf } from '../testing/test-chain.ts'
import { TestNetwork } from '../testing/test-network.ts'
import { GatekeepersTopic } from './gatekeepers-topic.ts'

/** Gatekeepers that sleep, a topic with some messages, and a reader of it. */
async function topicWith(count: number) {
  const network = await TestNetwork.start(0)
  const { chain, gatekeeper, awake } = network
  awake.delete(gatekeeper)
  const { parts } = gatekeeper
  if (parts === undefined) throw new Error('not started')
  const first = chain.head(topics.gatekeepers).sequence + 1n
  for (let i = 0; i < count; i++) {
    chain.push(topics.gatekeepers, { type: 'Worker', value: bytesOf('worker') }, Uint8Array.of(i))
  }
  const place = () => parts.memory.content.gatekeeperTopic.sequence
  return { topic: new GatekeepersTopic(parts), head: chain.head(topics.gatekeepers), first, place }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('a reader of the topic of gatekeepers', () => {
  it('seals no place behind a request that is unanswered, and then the newest', async () => {
    const { topic, head, first, place } = await topicWith(70)
    const answers: PromiseWithResolvers<void>[] = []
    await topic.readTo(head, async () => {
      const answer = Promise.withResolvers<void>()
      answers.push(answer)
      return { answered: answer.promise }
    })
    equal(answers.length, 70)
    equal(place(), first - 1n)
    // The second batch is done, the first is not.
    for (const answer of answers.slice(1)) answer.resolve()
    await settled()
    equal(place(), first - 1n)
    answers[0]?.resolve()
    await settled()
    equal(place(), head.sequence)
  })

  it('seals no place inside of what is being read', async () => {
    const { topic, head, first, place } = await topicWith(70)
    const answer = Promise.withResolvers<void>()
    await topic.readTo(head, async ({ sequence }) => {
      if (sequence === first) return { answered: answer.promise }
      if (sequence === first + 68n) {
        answer.resolve()
        await settled()
        equal(place(), first + 63n)
      }
      return undefined
    })
    equal(place(), head.sequence)
  })

  it('reads no more while too many requests are unanswered', async () => {
    const { topic, head } = await topicWith(300)
    const read: TopicMessage[] = []
    const waiting = Promise.withResolvers<void>()
    const handle = async (message: TopicMessage) => {
      read.push(message)
      return { answered: waiting.promise }
    }
    await topic.readTo(head, handle)
    equal(read.length, 256)
    waiting.resolve()
    await settled()
    await topic.readTo(head, handle)
    equal(read.length, 300)
  })

  it('reads again what could not be worked on', async () => {
    const { topic, head, first, place } = await topicWith(3)
    const full = Object.assign(new Error('disk full'), { code: 'ENOSPC' })
    await rejects(
      topic.readTo(head, async ({ sequence }) => {
        if (sequence === first + 1n) throw full
        return undefined
      }),
      full,
    )
    equal(place(), first - 1n)
    const read: bigint[] = []
    await topic.readTo(head, async ({ sequence }) => {
      read.push(sequence)
      return undefined
    })
    deepEqual(read, [first, first + 1n, first + 2n])
    equal(place(), head.sequence)
  })
})

import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkChain, EMPTY_TOPIC, nextHead, type TopicHead, type TopicMessage } from './topics.ts'

const message = (sequence: number, text: string): TopicMessage => ({
  sequence: BigInt(sequence),
  block: 7,
  timestamp: 1_000n,
  sender: { type: 'Account', value: new Uint8Array(32).fill(sequence) },
  payload: new TextEncoder().encode(text),
})
const messages = [message(1, 'a'), message(2, 'b'), message(3, 'c')]
const headOf = (chain: readonly TopicMessage[]): TopicHead => chain.reduce(nextHead, EMPTY_TOPIC)

describe('the hash chain of a topic', () => {
  it('accepts exactly the messages between two heads', () => {
    deepEqual(checkChain(EMPTY_TOPIC, messages, headOf(messages)), { ok: true })
    deepEqual(checkChain(headOf(messages.slice(0, 2)), messages.slice(2), headOf(messages)), { ok: true })
  })

  it('notices dropped, reordered, repeated and late messages', () => {
    const [first, second, third] = messages as [TopicMessage, TopicMessage, TopicMessage]
    for (const told of [[first, third], [second, first, third], [first, first, second, third], [first, second], []]) {
      deepEqual(checkChain(EMPTY_TOPIC, told, headOf(messages)), { ok: false, reason: 'topic.gap' })
    }
  })

  it('notices a change of any part of a message', () => {
    const changes: Partial<TopicMessage>[] = [
      { block: 8 },
      { timestamp: 1_001n },
      { sender: { type: 'System' } },
      { payload: new TextEncoder().encode('x') },
    ]
    for (const change of changes) {
      const told = messages.map((each, i) => (i === 1 ? { ...each, ...change } : each))
      deepEqual(checkChain(EMPTY_TOPIC, told, headOf(messages)), { ok: false, reason: 'topic.forged' })
    }
  })

  it('starts from nothing', () => equal(EMPTY_TOPIC.sequence, 0n))
})

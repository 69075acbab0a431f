import { deepEqual, equal, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { utf8Encode } from '@pha/core/codec'
import { EMPTY_TOPIC, limits } from '@pha/core/protocol'
import type { Host } from '../channel/host.ts'
import { TestChain } from '../testing/test-chain.ts'
import type { SyncError } from './sync-error.ts'
import { TopicFollower } from './topic-follower.ts'

const topic = utf8Encode('topic')
const noticed = (error: SyncError): SyncError => error
const nothing = (): void => {}

function push(chain: TestChain, count: number): void {
  for (let i = 0; i < count; i++) chain.push(topic, { type: 'System' }, utf8Encode(`${chain.head(topic).sequence}`))
}

const sequences = (messages: readonly { sequence: bigint }[]): bigint[] => messages.map(({ sequence }) => sequence)

describe('following a topic', () => {
  it('gives every message once and in order, batch by batch, through a backlog of several pages', async () => {
    const chain = new TestChain()
    push(chain, 600)
    const follower = new TopicFollower(topic, { host: chain.host(nothing, nothing), noticed })
    await follower.checkTo(chain.head(topic))
    const read: bigint[] = []
    for (let to = 64n; to <= 576n; to += 64n) read.push(...sequences(await follower.take(to)))
    push(chain, 5)
    await follower.checkTo(chain.head(topic))
    read.push(...sequences(await follower.take(605n)))
    deepEqual(
      read,
      Array.from({ length: 605 }, (_, i) => BigInt(i + 1)),
    )
    deepEqual(follower.position, chain.head(topic))
  })

  it('checks messages again that it has to fetch again', async () => {
    const chain = new TestChain()
    push(chain, 200)
    const honest = chain.host(nothing, nothing)
    let isForging = false
    const messages: Host['messages'] = async (request) => {
      const page = await honest.messages(request)
      return isForging ? page.map((message) => ({ ...message, payload: utf8Encode('forged') })) : page
    }
    const follower = new TopicFollower(topic, { host: { ...honest, messages }, noticed })
    await follower.checkTo(chain.head(topic))
    await follower.take(64n)
    isForging = true
    await rejects(follower.take(128n), { code: 'sync.topic-forged' })
    isForging = false
    equal((await follower.take(128n)).at(-1)?.sequence, 128n, 'a failed read takes nothing')
  })

  it('takes nothing over from a page that does not lead to the proven head', async () => {
    const chain = new TestChain()
    push(chain, 3)
    const follower = new TopicFollower(topic, { host: chain.host(nothing, nothing), noticed })
    const { sequence } = chain.head(topic)
    await rejects(follower.checkTo({ sequence, head: new Uint8Array(32) }), { code: 'sync.topic-forged' })
    deepEqual(follower.checked, EMPTY_TOPIC)
    await follower.checkTo(chain.head(topic))
    equal((await follower.take(sequence)).length, 3)
  })

  it('names a topic that became shorter', async () => {
    const chain = new TestChain()
    push(chain, 3)
    const follower = new TopicFollower(topic, { host: chain.host(nothing, nothing), noticed }, chain.head(topic))
    await rejects(follower.checkTo({ sequence: 2n, head: new Uint8Array(32) }), { code: 'sync.topic-shrunk' })
  })

  it('names another head at the same length', async () => {
    const chain = new TestChain()
    push(chain, 3)
    const follower = new TopicFollower(topic, { host: chain.host(nothing, nothing), noticed }, chain.head(topic))
    await rejects(follower.checkTo({ sequence: 3n, head: new Uint8Array(32) }), { code: 'sync.topic-forged' })
  })

  it('asks for no more than a page, and refuses a host that sends more', async () => {
    const chain = new TestChain()
    push(chain, 300)
    const honest = chain.host(nothing, nothing)
    const asked: number[] = []
    const messages: Host['messages'] = (request) => {
      asked.push(request.limit)
      return honest.messages({ ...request, limit: 1_000 })
    }
    const follower = new TopicFollower(topic, { host: { ...honest, messages }, noticed })
    await rejects(follower.checkTo(chain.head(topic)), { code: 'sync.topic-gap' })
    deepEqual(asked, [limits.messagePage])
  })
})

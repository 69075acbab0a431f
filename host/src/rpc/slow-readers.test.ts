import { deepEqual, equal, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { CODE_KEY } from '@pha/runtime/frame'
import { systemClock } from '../consensus/index.ts'
import { noObserver } from '../metrics/node-observer.ts'
import type { Node } from '../node/index.ts'
import { alice, nextBlock, startTestNode, testSpec, transfer } from '../node/test-node.ts'
import type { RefusedConnection } from './connection.ts'
import { rpcLimits } from './limits.ts'
import type { SlowReaderLimits } from './outlet.ts'
import { rpcServer } from './server.ts'
import { type TestClient, testClient } from './test-client.ts'

/** More answers of the runtime's code than the system's buffers between two sockets take. */
const ANSWERS = 64

describe('a client that does not read', () => {
  let node: Node
  let nonce = 0
  before(async () => {
    node = await startTestNode()
  })
  after(() => node[Symbol.asyncDispose]())

  /** A server of the node's chain with bounds of its own; counts the calls that it has begun. */
  async function serve(limits: Partial<SlowReaderLimits>) {
    const calls = new Map<string, number>()
    const refused = Promise.withResolvers<RefusedConnection>()
    const { chain, pool } = node
    const rpcCall = (method: string) => {
      calls.set(method, (calls.get(method) ?? 0) + 1)
      return () => {}
    }
    const server = await rpcServer({
      host: '127.0.0.1',
      port: 0,
      slowReaders: { ...rpcLimits, ...limits },
      onFault: (where, cause) => {
        throw new Error(where, { cause })
      },
      onRefused: refused.resolve,
    })({
      chain,
      pool,
      spec: testSpec,
      clock: systemClock,
      makesBlocks: true,
      observer: { ...noObserver, rpcCall },
      version: 'test',
    })
    return { server, refused: refused.promise, begun: () => calls.get('state_getStorage') ?? 0 }
  }

  /** Asks for much and reads nothing; returns when the server has had time to begin all of it, had it wanted to. */
  async function askWithoutReading(client: TestClient, port: number) {
    client.socket.pause()
    const answers = Array.from({ length: ANSWERS }, () => client.ask('state_getStorage', toHex(CODE_KEY)))
    await using other = await testClient(port)
    for (let turn = 0; turn < 2 * ANSWERS; turn++) await other.ask('system_chain')
    return answers
  }

  async function makeBlock(): Promise<void> {
    const made = nextBlock(node)
    ok((await node.pool.submit(transfer(node, alice, nonce++))).ok)
    await made
  }

  it('is not read from until it has caught up, and then gets all answers', async () => {
    const { server, begun } = await serve({ drainedBytes: 65_536 })
    await using _ = server
    await using client = await testClient(server.port)
    const answers = await askWithoutReading(client, server.port)
    const before = begun()
    ok(before < ANSWERS, `${before} begun`)
    client.socket.resume()
    for (const answer of answers) equal((await answer).error, undefined)
    equal(begun(), ANSWERS)
  })

  it('is told that its follows have ended when more waits', async () => {
    const { server } = await serve({ drainedBytes: 65_536, stopFollowsBytes: 131_072 })
    await using _ = server
    await using client = await testClient(server.port)
    const id = String((await client.ask('chainHead_v1_follow', false)).result)
    const { finalizedBlockHashes } = (await client.event(id)) as unknown as { finalizedBlockHashes: string[] }
    await askWithoutReading(client, server.port)
    await makeBlock()
    client.socket.resume()
    await client.event(id, ({ event }) => event === 'stop')
    equal((await client.ask('chainHead_v1_header', id, finalizedBlockHashes.at(-1))).result, null)
    await makeBlock()
    await client.ask('system_chain')
    const isOfFollow = (message: object): boolean => JSON.stringify(message).includes(id)
    ok(JSON.stringify(client.received.filter(isOfFollow).at(-1)).includes('"stop"'), 'nothing comes after it')
  })

  it('is cut when yet more waits, which only what is sent unasked can bring about', async () => {
    const { server, refused } = await serve({ drainedBytes: 65_536, unsentBytes: 131_072 })
    await using _ = server
    await using client = await testClient(server.port)
    await client.ask('chain_subscribeNewHeads')
    const closed = once(client.socket, 'close')
    await askWithoutReading(client, server.port)
    await makeBlock()
    equal(await refused, 'unsent')
    client.socket.resume()
    await closed
  })

  it('is cut when it has not caught up in time', async () => {
    const { server, refused } = await serve({ drainedBytes: 65_536, stalledMs: 100 })
    await using _ = server
    await using client = await testClient(server.port)
    const closed = once(client.socket, 'close')
    await askWithoutReading(client, server.port)
    equal(await refused, 'stalled')
    client.socket.resume()
    await closed
  })

  it('is bounded as the page of the limits says', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/limits.md'), 'utf8')
    const written = (name: string) => Number(page.match(`\\| ${name} \\| ([\\d,]+) \\|`)?.[1]?.replaceAll(',', ''))
    const { drainedBytes, stopFollowsBytes, unsentBytes, stalledMs } = rpcLimits
    const MiB = 1024 * 1024
    deepEqual([drainedBytes, stopFollowsBytes, unsentBytes, stalledMs], [MiB, 8 * MiB, 32 * MiB, 60_000])
    deepEqual(['drainedBytes', 'stopFollowsBytes', 'unsentBytes', 'stalledMs'].map(written), [
      drainedBytes,
      stopFollowsBytes,
      unsentBytes,
      stalledMs,
    ])
  })
})

import { deepEqual, equal, throws } from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { fromHex, toHex } from '@pha/core/codec'
import type { Node } from '../node/index.ts'
import { poolLimits } from '../node/limits.ts'
import { alice, bob, startTestNode, transfer } from '../node/test-node.ts'
import { rpcLimits } from './limits.ts'
import { type RpcAnswer, testClient } from './test-client.ts'
import { WaitingCalls } from './waiting-calls.ts'

describe('calls that wait for the chain', () => {
  let node: Node
  before(async () => {
    node = await startTestNode()
  })
  after(() => node[Symbol.asyncDispose]())

  const hex = (...of: Parameters<typeof transfer>) => toHex(transfer(...of))

  it('hold up none behind them, which are answered in their order', async () => {
    await using client = await testClient(node.port)
    // Its turn comes after a call that nobody has sent yet.
    const waits = client.ask('pha_submitAndWait', hex(node, alice, 1))
    const others = [
      client.ask('system_health'),
      // Its signature is checked on another thread, and the next one waits for it.
      client.ask('author_submitExtrinsic', hex(node, alice, 2)),
      client.ask('system_chain'),
    ]
    for (const answer of others) equal((await answer).error, undefined)
    const first = client.ask('pha_submitAndWait', hex(node, alice, 0))
    const places = (await Promise.all([first, waits])).map(({ result }) => result)
    deepEqual(
      places.map((place) => (place as { index: number } | undefined)?.index),
      [1, 2],
    )
    const ids = client.received.map((message) => (message as RpcAnswer).id)
    deepEqual(ids.slice(0, 3), [2, 3, 4])
    deepEqual(ids.slice(3).sort(), [1, 5])
  })

  it('hold up what comes after a batch that they are in, which has one answer', async () => {
    await using client = await testClient(node.port)
    const batch = [
      { jsonrpc: '2.0', id: 'waits', method: 'pha_submitAndWait', params: [hex(node, alice, 3)] },
      { jsonrpc: '2.0', id: 'beside', method: 'system_chain' },
    ]
    client.socket.send(JSON.stringify(batch))
    equal((await client.ask('system_chain')).error, undefined)
    const [first] = client.received as unknown as RpcAnswer[][]
    deepEqual(
      first?.map(({ id, error }) => [id, error]),
      [
        ['waits', undefined],
        ['beside', undefined],
      ],
    )
  })

  it('are bounded in number, with a code for one more, and others are served meanwhile', async () => {
    await using client = await testClient(node.port)
    const extrinsics = Array.from({ length: rpcLimits.waitingCalls / poolLimits.watchers }, (_, i) =>
      hex(node, bob, 1 + i),
    )
    const waiting = extrinsics.flatMap((extrinsic) =>
      Array.from({ length: poolLimits.watchers }, () => client.ask('pha_submitAndWait', extrinsic)),
    )
    const { error } = await client.ask('pha_submitAndWait', hex(node, bob, 20))
    equal(error?.code, -32007)
    equal(error?.data.code, 'rpc.too-many-waiting')
    equal((await client.ask('system_chain')).result, 'Phala Test')
    equal((await client.ask('author_submitExtrinsic', hex(node, bob, 0))).error, undefined)
    for (const answer of await Promise.all(waiting)) equal(answer.error, undefined)
    const next = client.ask('pha_submitAndWait', hex(node, bob, extrinsics.length + 1))
    equal((await next).error, undefined, 'there is room again')
  })

  it('are bounded by what they keep of their requests', () => {
    const waiting = new WaitingCalls()
    const most = waiting.enter(rpcLimits.requestBytes - 10)
    waiting.enter(10)
    throws(() => waiting.enter(1), { code: 'rpc.too-many-waiting' })
    most[Symbol.dispose]()
    waiting.enter(rpcLimits.requestBytes - 10)
  })

  it('end with their connection', async () => {
    await using other = await testClient(node.port)
    const extrinsic = hex(node, alice, 5)
    /** Whether one of the places for watchers is taken; asks the node, so it has its turns meanwhile. */
    const isWatched = async () => {
      const { result } = await other.ask('author_submitExtrinsic', extrinsic)
      const hash = fromHex(String(result))
      const stops = Array.from({ length: poolLimits.watchers }, () => node.pool.watch(hash, () => {}))
      for (const stop of stops) stop?.()
      return stops.includes(undefined)
    }
    {
      await using client = await testClient(node.port)
      void client.ask('pha_submitAndWait', extrinsic)
      await client.ask('system_chain')
      while (!(await isWatched())) {}
    }
    while (await isWatched()) {}

    const leaving = new AbortController()
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'pha_submitAndWait', params: [extrinsic] })
    const left = fetch(`http://127.0.0.1:${node.port}`, { method: 'POST', body, signal: leaving.signal })
    const settled = left.then(
      () => 'answered',
      () => 'left',
    )
    while (!(await isWatched())) {}
    leaving.abort()
    equal(await settled, 'left')
    while (await isWatched()) {}
  })
})

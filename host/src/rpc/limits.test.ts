import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { toHex } from '@pha/core/codec'
import { CODE_KEY } from '@pha/runtime/frame'
import { system } from '@pha/runtime/pallets'
import { WebSocket } from 'ws'
import type { Node } from '../node/index.ts'
import { nextBlock, startTestNode } from '../node/test-node.ts'
import { Allowance, costOf, expensiveMethods } from './allowance.ts'
import { rpcLimits } from './limits.ts'
import { methods } from './methods.ts'
import { type RpcAnswer, testClient } from './test-client.ts'

describe('the allowance of a connection', () => {
  it('refuses what exceeds it, at no cost, and fills again', () => {
    let now = 0
    const allowance = new Allowance(() => now)
    const method = 'state_call'
    const times = Math.floor(rpcLimits.allowance / costOf(method))
    for (let i = 0; i < times; i++) allowance.take(method)
    for (let i = 0; i < 3; i++) throws(() => allowance.take(method), { code: 'rpc.rate-limited' })
    now += 1_000
    const perSecond = Math.floor(rpcLimits.allowancePerSecond / costOf(method))
    for (let i = 0; i < perSecond; i++) allowance.take(method)
    throws(() => allowance.take(method), { code: 'rpc.rate-limited' })
    now += 3_600_000
    for (let i = 0; i < times; i++) allowance.take(method)
    throws(() => allowance.take(method), { code: 'rpc.rate-limited' })
  })

  it('knows only methods that are served as expensive', () => {
    deepEqual(
      expensiveMethods.filter((name) => !methods.has(name)),
      [],
    )
    ok(costOf('state_call') > costOf('system_chain'))
    equal(costOf('__proto__'), 1)
  })

  it('takes more where the runtime is asked to check signatures, whichever method asks', () => {
    const judge = 'RegistryApi_judge'
    const asking: { readonly [method: string]: (name: string) => readonly string[] } = {
      state_call: (name) => [name, '0x'],
      state_callAt: (name) => [name, '0x'],
      archive_v1_call: (name) => ['0x', name, '0x'],
      chainHead_v1_call: (name) => ['follow', '0x', name, '0x'],
    }
    for (const [method, params] of Object.entries(asking)) {
      equal(costOf(method, params(judge)), 400, method)
      equal(costOf(method, params('Core_version')), costOf(method), method)
    }
    equal(costOf('system_chain', [judge]), 1)
    equal(costOf('state_call', { 0: judge }), costOf('state_call'))
  })
})

describe('the limits of the RPC', () => {
  let node: Node
  before(async () => {
    node = await startTestNode()
  })
  after(() => node[Symbol.asyncDispose]())

  async function post(body: unknown): Promise<RpcAnswer | RpcAnswer[]> {
    const response = await fetch(`http://127.0.0.1:${node.port}`, { method: 'POST', body: JSON.stringify(body) })
    return (await response.json()) as RpcAnswer | RpcAnswer[]
  }

  const code = toHex(CODE_KEY)

  it('refuses a loop of requests with a code, while others are served and blocks are made', async () => {
    await using flood = await testClient(node.port)
    await using other = await testClient(node.port)
    const refused = new Set<unknown>()
    const block = nextBlock(node)
    // The next request as soon as the last one is answered, some in flight, as PAPI did. A method that costs as much
    // as any, so that the machine that runs this test need not be fast.
    const method = 'state_queryStorage'
    for (let asked = 0; refused.size === 0 && asked < rpcLimits.allowance; asked += 64) {
      const answers = Array.from({ length: 64 }, () => flood.ask(method, [], node.genesisHash, node.genesisHash))
      for (const { error } of await Promise.all(answers)) if (error !== undefined) refused.add(error.data.code)
    }
    deepEqual([...refused], ['rpc.rate-limited'])
    equal((await other.ask('system_chain')).result, 'Phala Test')
    await block
    await sleep(200)
    equal((await flood.ask('system_chain')).result, 'Phala Test', 'who waits is served again')
  })

  it('bounds one answer, and all answers of a batch together', async () => {
    const value = node.chain.trieAt().get(CODE_KEY)?.length ?? 0
    const tooMany = Math.ceil(rpcLimits.responseBytes / (2 * value))
    ok(tooMany <= rpcLimits.storageKeys)
    const keys = Array.from({ length: tooMany + 1 }, () => code)
    for (const [method, ...params] of [
      ['state_queryStorageAt', keys],
      // The bytes of distinct keys are sent once each, however often one is named.
      ['state_getPairs', '0x'],
    ] as const) {
      const { result, error } = (await post({ jsonrpc: '2.0', id: 1, method, params })) as RpcAnswer
      if (method === 'state_queryStorageAt') equal(error?.data.code, 'rpc.response-too-large')
      else ok(Array.isArray(result))
    }
    const read = { jsonrpc: '2.0', method: 'state_getStorage', params: [code] }
    const batch = Array.from({ length: rpcLimits.batch }, (_, id) => ({ ...read, id }))
    const answers = (await post(batch)) as RpcAnswer[]
    equal(answers.length, rpcLimits.batch)
    const served = answers.filter(({ error }) => error === undefined).length
    ok(served > 0 && served <= tooMany, `${served} of at most ${tooMany}`)
    equal(answers.at(-1)?.error?.data.code, 'rpc.response-too-large')
  })

  it('survives 10,000 subscriptions on 40 connections and still makes blocks', async () => {
    const subscribe = {
      jsonrpc: '2.0',
      method: 'state_subscribeStorage',
      params: [[toHex(system.storage.number.key())]],
    }
    const batch = Array.from({ length: rpcLimits.batch }, (_, id) => ({ ...subscribe, id }))
    const sockets: WebSocket[] = []
    let opened = 0
    for (let i = 0; i < 40; i++) {
      const socket = new WebSocket(`ws://127.0.0.1:${node.port}`)
      sockets.push(socket)
      await once(socket, 'open')
      const answered = Promise.withResolvers<void>()
      let refused = 0
      socket.on('message', (data: Buffer) => {
        if (data[0] !== 0x5b) return // a notification; answers of batches begin with [
        const answers = JSON.parse(data.toString()) as RpcAnswer[]
        refused += answers.filter(({ error }) => error?.data.code === 'rpc.too-many-subscriptions').length
        opened += answers.filter(({ result }) => typeof result === 'string').length
        if (refused > 0) answered.resolve()
      })
      // One batch more than there is room for.
      for (let sent = 0; sent <= rpcLimits.subscriptions; sent += rpcLimits.batch) socket.send(JSON.stringify(batch))
      await answered.promise
    }
    equal(opened, 40 * rpcLimits.subscriptions)
    await nextBlock(node)
    await nextBlock(node)
    for (const socket of sockets) socket.terminate()
  })

  it('stops reading from a client that does not read, and keeps little for him', async () => {
    const lazy = new WebSocket(`ws://127.0.0.1:${node.port}`)
    await once(lazy, 'open')
    lazy.send(JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'chainHead_v1_follow', params: [false] }))
    await once(lazy, 'message')
    lazy.pause()
    const REQUESTS = 128
    const before = process.memoryUsage().rss
    const request = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'state_getStorage', params: [code] })
    for (let i = 0; i < REQUESTS; i++) lazy.send(request)
    await nextBlock(node)
    await nextBlock(node)
    const grown = process.memoryUsage().rss - before
    ok(grown < REQUESTS * 1024 * 1024, `${grown} bytes`)
    // All are answered once he reads.
    let answers = 0
    const done = Promise.withResolvers<void>()
    lazy.on('message', (data) => {
      if (data.toString().startsWith('{"jsonrpc":"2.0","id":1') && ++answers === REQUESTS) {
        done.resolve()
      }
    })
    lazy.resume()
    await done.promise
    lazy.terminate()
  })

  it('closes a connection that asks on and on without waiting', async () => {
    const hasty = new WebSocket(`ws://127.0.0.1:${node.port}`)
    await once(hasty, 'open')
    const closed = once(hasty, 'close')
    for (let i = 0; i < 4 * rpcLimits.queuedRequests; i++)
      hasty.send('{"id":1,"method":"state_call","params":["Metadata_metadata","0x"]}')
    equal((await closed)[0], 1008)
  })

  it('refuses a head that is too long', async () => {
    const socket = connect(node.port, '127.0.0.1')
    socket.on('error', () => {}) // the node may close while we write
    socket.write(`POST / HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(rpcLimits.headerBytes)}\r\n\r\n`)
    const [answer] = await once(socket, 'data')
    ok(String(answer).startsWith('HTTP/1.1 431'))
    socket.destroy()
  })
})

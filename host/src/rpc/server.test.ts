import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, describe, it } from 'node:test'
import { fromHex, toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { AUTHORITY_KEY, advance, readProven, startFrom } from '@pha/core/light-client'
import { FinalisedHeader, Header, limits } from '@pha/core/protocol'
import { contracts, system } from '@pha/runtime/pallets'
import fc from 'fast-check'
import { WebSocket } from 'ws'
import type { Node } from '../node/index.ts'
import { alice, bob, nextBlock, signed, startTestNode, transfer } from '../node/test-node.ts'
import { rpcLimits } from './limits.ts'
import { methods } from './methods.ts'

interface Answer {
  readonly id: unknown
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data: { readonly code: string } }
}

describe('the RPC server', () => {
  let node: Node
  let url: string
  before(async () => {
    node = await startTestNode()
    url = `http://127.0.0.1:${node.port}`
  })
  after(() => node[Symbol.asyncDispose]())

  async function post(body: string): Promise<string> {
    const response = await fetch(url, { method: 'POST', body })
    return response.text()
  }

  async function ask(method: string, ...params: unknown[]): Promise<Answer> {
    return JSON.parse(await post(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })))
  }

  async function errorCode(body: string): Promise<string | undefined> {
    return JSON.parse(await post(body)).error?.data.code
  }

  it('answers batches in order and notifications not at all', async () => {
    const batch = [
      { jsonrpc: '2.0', id: 'a', method: 'system_chain' },
      { jsonrpc: '2.0', method: 'system_chain' },
      { jsonrpc: '2.0', id: 2, method: 'no_such' },
    ]
    const answers: Answer[] = JSON.parse(await post(JSON.stringify(batch)))
    deepEqual(
      answers.map(({ id, result, error }) => [id, result, error?.data.code]),
      [
        ['a', 'Phala Test', undefined],
        [2, undefined, 'rpc.unknown-method'],
      ],
    )
    equal((await fetch(url, { method: 'POST', body: JSON.stringify(batch[1]) })).status, 204)
  })

  it('gives coded errors for what is no request', async () => {
    equal(await errorCode('{'), 'rpc.malformed-json')
    equal(await errorCode('[]'), 'rpc.invalid-request')
    equal(await errorCode('7'), 'rpc.invalid-request')
    equal(await errorCode('{"id":1}'), 'rpc.invalid-request')
    equal(await errorCode('{"id":{},"method":"system_chain"}'), 'rpc.invalid-request')
    equal(await errorCode('{"id":1,"method":"__proto__"}'), 'rpc.unknown-method')
    equal(await errorCode('{"id":1,"method":"system_chain","params":{"a":1}}'), 'rpc.bad-params')
    equal(await errorCode(JSON.stringify(Array(rpcLimits.batch + 1).fill(1))), 'rpc.batch-too-long')
    equal((await ask('chain_subscribeNewHeads')).error?.data.code, 'rpc.needs-websocket')
    equal((await ask('state_getKeysPaged', '0x', rpcLimits.page + 1)).error?.data.code, 'rpc.bad-params')
    equal((await ask('state_getStorage', '0x00', `0x${'00'.repeat(32)}`)).error?.data.code, 'rpc.block-unknown')
    equal((await ask('state_call', 'No_method', '0x')).error?.data.code, 'rpc.runtime-refused')
  })

  it('serves health, refuses other verbs and requests that are too long', async () => {
    const health = await fetch(`${url}/health`)
    equal(health.headers.get('access-control-allow-origin'), '*')
    equal((await health.json()).ok, true)
    equal((await fetch(url)).status, 405)
    const long = await fetch(url, { method: 'POST', body: ' '.repeat(rpcLimits.requestBytes + 1) })
    equal(long.status, 413)
  })

  it('lets a light client follow the chain and read state by proof', async () => {
    const genesis = (await ask('pha_genesis')).result as { header: `0x${string}`; proof: string[] }
    const started = startFrom({
      genesisHeader: Header.decode(fromHex(genesis.header)),
      genesisProof: genesis.proof.map(fromHex),
    })
    ok(started.ok && toHex(started.client.genesis) === node.genesisHash)
    const moved = advance(
      started.client,
      FinalisedHeader.decode(fromHex(String((await ask('pha_finalisedHeader')).result))),
    )
    ok(moved.ok)
    const { hash, stateRoot } = moved.client.newest
    const keys = [AUTHORITY_KEY, system.storage.account.key(alice.accountId), Uint8Array.of(9)]
    const { result } = await ask('state_getReadProof', keys.map(toHex), toHex(hash))
    const read = readProven(stateRoot, (result as { proof: string[] }).proof.map(fromHex), keys)
    ok(read.ok)
    deepEqual(read.values[0], started.client.authority)
    ok(read.values[1] !== undefined)
    equal(read.values[2], undefined)
  })

  it('finds finalised extrinsics by hash and refuses them a second time', async () => {
    const extrinsic = transfer(node, alice, 0)
    const hash = toHex(blake2b256(extrinsic))
    equal((await ask('pha_extrinsic', hash)).result, null)
    const included = nextBlock(node, ({ block }) => block.body.length > 1)
    const next = transfer(node, alice, 1)
    for (let i = 0; i < 2; i++) {
      equal((await ask('author_submitExtrinsic', toHex(next))).result, toHex(blake2b256(next)))
    }
    deepEqual((await ask('author_pendingExtrinsics')).result, [toHex(next)])
    equal((await ask('author_submitExtrinsic', toHex(extrinsic))).result, hash)
    equal((await ask('system_accountNextIndex', toHex(alice.accountId))).result, 2)
    const block = await included
    const place = { blockHash: toHex(block.hash), blockNumber: block.block.header.number, index: 1 }
    deepEqual((await ask('pha_extrinsic', hash)).result, place)
    const again = await ask('author_submitExtrinsic', toHex(extrinsic))
    equal(again.error?.code, 1013)
    equal(again.error?.data.code, 'rpc.tx-already-imported')
  })

  it('pages through keys', async () => {
    const prefix = toHex(system.storage.account.prefix())
    const all = (await ask('state_getKeysPaged', prefix, 1_000)).result as string[]
    ok(all.length >= 2)
    const first = (await ask('state_getKeysPaged', prefix, 1)).result as string[]
    const rest = (await ask('state_getKeysPaged', prefix, 1_000, first[0])).result as string[]
    deepEqual([...first, ...rest], all)
    deepEqual((await ask('pha_messages', toHex(Uint8Array.of(1)), '1', 10)).result, [])
    equal((await ask('pha_code', `0x${'00'.repeat(32)}`)).result, null)
  })

  it('takes the largest contract code and gives it back', async () => {
    const code = new Uint8Array(limits.code).map((_, i) => i % 251)
    const extrinsic = signed(node, bob, 0, contracts.calls.uploadCode.encode({ code }))
    const included = nextBlock(node, ({ block }) => block.body.length > 1)
    const submitted = await ask('author_submitExtrinsic', toHex(extrinsic))
    equal(submitted.error, undefined)
    await included
    equal((await ask('pha_code', toHex(blake2b256(code)))).result, toHex(code))
  })

  it('answers a submission when it is final, or says why it never will be', async () => {
    const nonce = (await ask('system_accountNextIndex', toHex(bob.accountId))).result as number
    const first = transfer(node, bob, nonce)
    const { result } = await ask('pha_submitAndWait', toHex(first))
    deepEqual((await ask('pha_extrinsic', toHex(blake2b256(first)))).result, result)
    equal((await ask('pha_submitAndWait', toHex(first))).error?.data.code, 'rpc.tx-already-imported')
    const forged = first.slice()
    forged[40] = (forged[40] as number) ^ 1
    equal((await ask('pha_submitAndWait', toHex(forged))).error?.data.code, 'rpc.tx-invalid')
  })

  it('bounds the subscriptions of a connection and ends them on request', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${node.port}`)
    await once(socket, 'open')
    const subscribe = { jsonrpc: '2.0', id: 1, method: 'pha_subscribeFinalised' }
    const answers: Answer[] = []
    const notifications: { readonly method: string; readonly params: { readonly result: string } }[] = []
    const done = new Promise<void>((resolve) => {
      socket.on('message', (data) => {
        const message = JSON.parse(data.toString())
        if (message.method === undefined) answers.push(message)
        else notifications.push(message)
        if (answers.length === rpcLimits.subscriptions + 1) resolve()
      })
    })
    for (let i = 0; i <= rpcLimits.subscriptions; i++) socket.send(JSON.stringify(subscribe))
    await done
    equal(answers.at(-1)?.error?.data.code, 'rpc.too-many-subscriptions')
    match(notifications[0]?.params.result ?? '', /^0x/)
    const id = answers[0]?.result
    socket.send(JSON.stringify({ id: 2, method: 'pha_unsubscribeFinalised', params: [id] }))
    socket.send(JSON.stringify({ id: 3, method: 'pha_unsubscribeFinalised', params: [id] }))
    const ended = answers.length + 2
    while (answers.length < ended) await once(socket, 'message')
    deepEqual(
      answers.slice(-2).map(({ result }) => result),
      [true, false],
    )
    socket.close()
  })

  it('serves others while one connection floods it with forged extrinsics, and silences that one', async () => {
    const flooder = new WebSocket(`ws://127.0.0.1:${node.port}`)
    await once(flooder, 'open')
    const codes: (string | undefined)[] = []
    let flooded = 0
    const silenced = new Promise<void>((resolve) => {
      flooder.on('message', (data) => {
        for (const { error } of [JSON.parse(data.toString())].flat() as Answer[]) codes.push(error?.data.code)
        if (codes.length === flooded) resolve()
      })
    })
    const valid = transfer(node, alice, 2)
    const forged = (n: number): string => {
      const bytes = valid.slice()
      new DataView(bytes.buffer, bytes.byteOffset).setUint32(50, n)
      return JSON.stringify({ id: n, method: 'author_submitExtrinsic', params: [toHex(bytes)] })
    }
    for (let batch = 0; batch < 6; batch++) {
      const requests = Array.from({ length: 100 }, (_, i) => forged(1 + batch * 100 + i))
      flooder.send(`[${requests.join(',')}]`)
      flooded += requests.length
    }
    const included = nextBlock(node, ({ block }) => block.body.length > 1)
    for (const nonce of [2, 3]) {
      equal((await ask('author_submitExtrinsic', toHex(transfer(node, alice, nonce)))).error, undefined)
    }
    await included
    await silenced
    equal(codes.filter((code) => code === undefined).length, 0)
    ok(
      codes.slice(0, 100).every((code) => code === 'rpc.tx-invalid'),
      'each of them is looked at',
    )
    equal(codes.at(-1), 'rpc.tx-source-silenced')
    ok(codes.filter((code) => code === 'rpc.tx-invalid').length <= 200, 'but not for long')
    flooder.close()
  })

  it('answers any text and any parameters without a fault of its own', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${node.port}`)
    await once(socket, 'open')
    let answered: (answer: Answer | Answer[]) => void = () => {}
    // One listener for all: an answer may come in the same turn as a notification.
    socket.on('message', (data) => {
      const message = JSON.parse(data.toString())
      if (message.method === undefined) answered(message)
    })
    const send = (text: string): Promise<Answer | Answer[]> => {
      socket.send(text)
      return new Promise((resolve) => {
        answered = resolve
      })
    }
    const isOurFault = (answer: Answer | Answer[]): boolean =>
      Array.isArray(answer) ? answer.some(isOurFault) : answer.error?.data.code === 'rpc.internal'

    const hex = fc.uint8Array({ maxLength: 80 }).map(toHex)
    const param = fc.oneof(fc.jsonValue(), hex, hex, fc.array(hex, { maxLength: 3 }), fc.constant(node.genesisHash))
    const method = fc.constantFrom(...[...methods.keys()].filter((name) => !/subscribe|Watch/.test(name)))
    const request = fc.record({ id: fc.nat(), method, params: fc.array(param, { maxLength: 4 }) })
    const runtimeCall = fc.record({
      id: fc.nat(),
      method: fc.constant('state_call'),
      params: fc.tuple(
        fc.constantFrom('Core_version', 'Core_execute_block', 'BlockBuilder_apply_extrinsic', 'Core_initialize_block'),
        hex,
      ),
    })
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.oneof(request, request, runtimeCall).map((r) => JSON.stringify(r)),
    )
    await fc.assert(
      fc.asyncProperty(text, async (message) => {
        const answer = await send(message === '' ? ' ' : message)
        ok(!isOurFault(answer), `${message} -> ${JSON.stringify(answer)}`)
      }),
      { numRuns: 1_000 },
    )
    socket.send(new Uint8Array(8))
    const [code] = await once(socket, 'close')
    equal(code, 1003, 'binary messages close the connection')
    equal((await ask('system_chain')).result, 'Phala Test')
  })
})

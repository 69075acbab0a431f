import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromHex, toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { Header, headerHash } from '@pha/core/protocol'
import { closestDescendantMerkleValue } from '@pha/core/trie'
import { CODE_KEY } from '@pha/runtime/frame'
import { system } from '@pha/runtime/pallets'
import { KEPT_STATES } from '../db/index.ts'
import { alice, bob, nextBlock, startTestNode, transfer } from '../node/test-node.ts'
import { rpcLimits } from './limits.ts'
import { nodeWithClient, type TestClient, testClient } from './test-client.ts'

const ACCOUNT = toHex(system.storage.account.key(alice.accountId))
const ACCOUNTS = toHex(system.storage.account.prefix())
const UNKNOWN = `0x${'00'.repeat(32)}`

const { node, client } = await nodeWithClient()

describe('chainHead_v1', () => {
  async function follow(of: TestClient = client, withRuntime = true) {
    const id = String((await of.ask('chainHead_v1_follow', withRuntime)).result)
    const initialized = await of.event(id)
    const hash = (initialized['finalizedBlockHashes'] as string[]).at(-1) as string
    return { id, initialized, hash }
  }

  async function operation(id: string, method: string, ...params: unknown[]) {
    const { result } = await client.ask(method, id, ...params)
    const { operationId } = result as { operationId: string }
    const items: unknown[] = []
    for (;;) {
      const event = await client.event(id, (event) => event['operationId'] === operationId)
      if (event.event !== 'operationStorageItems') return { event, items }
      items.push(...(event['items'] as unknown[]))
    }
  }

  it('answers with an identifier first, then begins with final blocks and the runtime', async () => {
    const { id, initialized } = await follow()
    const isAnswer = client.received.findIndex((message) => (message as { result?: unknown }).result === id)
    const isEvent = client.received.findIndex((message) => JSON.stringify(message).includes('"initialized"'))
    ok(isAnswer >= 0 && isAnswer < isEvent)
    equal(initialized.event, 'initialized')
    const { type, spec } = initialized['finalizedBlockRuntime'] as { type: string; spec: Record<string, unknown> }
    equal(type, 'valid')
    equal(spec['specName'], 'phala')
    equal((spec['apis'] as Record<string, number>)['0xdf6acb689907609b'], 4)
    await client.ask('chainHead_v1_unfollow', id)
    const plain = await follow(client, false)
    equal(plain.initialized['finalizedBlockRuntime'], undefined)
    const call = await client.ask('chainHead_v1_call', plain.id, plain.hash, 'Core_version', '0x')
    equal(call.error?.code, -32802)
    await client.ask('chainHead_v1_unfollow', plain.id)
  })

  it('reports each block as new, best and final, in this order, and serves it while it is pinned', async () => {
    const { id } = await follow()
    const extrinsic = transfer(node, alice, 0)
    const included = nextBlock(node, ({ block }) => block.body.length > 1)
    await client.ask('author_submitExtrinsic', toHex(extrinsic))
    const { hash, block } = await included
    const blockHash = toHex(hash)
    const created = await client.event(id, (event) => event['blockHash'] === blockHash)
    deepEqual(created, {
      event: 'newBlock',
      blockHash,
      parentBlockHash: toHex(block.header.parentHash),
      newRuntime: null,
    })
    deepEqual(await client.event(id), { event: 'bestBlockChanged', bestBlockHash: blockHash })
    const finalized = { event: 'finalized', finalizedBlockHashes: [blockHash], prunedBlockHashes: [] }
    deepEqual(await client.event(id), finalized)

    const header = String((await client.ask('chainHead_v1_header', id, blockHash)).result)
    equal(toHex(headerHash(Header.decode(fromHex(header)))), blockHash)
    const body = (await operation(id, 'chainHead_v1_body', blockHash)).event
    deepEqual([body.event, body['value']], ['operationBodyDone', block.body.map(toHex)])
    const called = await operation(id, 'chainHead_v1_call', blockHash, 'Core_version', '0x')
    equal(called.event['output'], toHex(node.chain.call('Core_version', new Uint8Array(), hash)))
    const refused = (await operation(id, 'chainHead_v1_call', blockHash, 'No_such', '0x')).event
    equal(refused.event, 'operationError')

    equal((await client.ask('chainHead_v1_unpin', id, [blockHash, blockHash])).error?.code, -32804)
    equal((await client.ask('chainHead_v1_unpin', id, [blockHash])).result, null)
    for (const method of ['header', 'body', 'unpin']) {
      equal((await client.ask(`chainHead_v1_${method}`, id, blockHash)).error?.code, -32801, method)
    }
    equal((await client.ask('chainHead_v1_storage', id, UNKNOWN, [])).error?.code, -32801)
    await client.ask('chainHead_v1_unfollow', id)
    equal((await client.ask('chainHead_v1_header', id, blockHash)).result, null)
    deepEqual((await client.ask('chainHead_v1_body', id, blockHash)).result, { result: 'limitReached' })
  })

  it('reads storage in all five ways', async () => {
    const { id, hash } = await follow()
    const trie = node.chain.trieAt(fromHex(hash))
    const value = trie.get(fromHex(ACCOUNT)) as Uint8Array
    const types = ['value', 'hash', 'closestDescendantMerkleValue'].map((type) => ({ key: ACCOUNT, type }))
    const { event, items } = await operation(id, 'chainHead_v1_storage', hash, types, null)
    equal(event.event, 'operationStorageDone')
    const merkleValue = closestDescendantMerkleValue(trie, fromHex(ACCOUNT)) as Uint8Array
    deepEqual(items, [
      { key: ACCOUNT, value: toHex(value) },
      { key: ACCOUNT, hash: toHex(blake2b256(value)) },
      { key: ACCOUNT, closestDescendantMerkleValue: toHex(merkleValue) },
    ])
    const all = [...trie.entries(fromHex(ACCOUNTS))]
    for (const [type, field] of [
      ['descendantsValues', 'value'],
      ['descendantsHashes', 'hash'],
    ]) {
      const { items } = await operation(id, 'chainHead_v1_storage', hash, [{ key: ACCOUNTS, type }])
      const expected = all.map(([key, value]) => [toHex(key), toHex(field === 'hash' ? blake2b256(value) : value)])
      deepEqual(
        items.map((item) => Object.values(item as object)),
        expected,
      )
    }
    const missing = [{ key: '0x1234', type: 'closestDescendantMerkleValue' }]
    deepEqual((await operation(id, 'chainHead_v1_storage', hash, missing)).items, [])
    const child = await operation(id, 'chainHead_v1_storage', hash, [{ key: ACCOUNT, type: 'value' }], '0x01')
    deepEqual(child.items, [])
    const strange = await client.ask('chainHead_v1_storage', id, hash, [{ key: ACCOUNT, type: 'all' }])
    equal(strange.error?.code, -32602)
    await client.ask('chainHead_v1_unfollow', id)
  })

  it('pages what is large, and waits to be continued', async () => {
    const { id, hash } = await follow()
    const code = node.chain.trieAt(fromHex(hash)).get(CODE_KEY) as Uint8Array
    const count = Math.ceil(rpcLimits.pageCharacters / (2 * code.length)) + 1
    const asked = Array.from({ length: count }, () => ({ key: toHex(CODE_KEY), type: 'value' }))
    let { event, items } = await operation(id, 'chainHead_v1_storage', hash, asked)
    let pages = 1
    let read = items.length
    const { operationId } = event
    equal(event.event, 'operationWaitingForContinue')
    while (event.event === 'operationWaitingForContinue') {
      equal((await client.ask('chainHead_v1_continue', id, operationId)).result, null)
      pages++
      event = await client.event(id, (event) => event['operationId'] === operationId)
      for (; event.event === 'operationStorageItems'; event = await client.event(id)) {
        items = event['items'] as unknown[]
        read += items.length
      }
    }
    equal(event.event, 'operationStorageDone')
    equal(read, count)
    ok(pages > 1)
    // Over and unknown operations are ignored, as the specification says.
    equal((await client.ask('chainHead_v1_continue', id, operationId)).result, null)
    equal((await client.ask('chainHead_v1_stopOperation', id, operationId)).result, null)
    await client.ask('chainHead_v1_unfollow', id)
  })

  it('takes as many operations as it says, discards the rest, and frees what is stopped', async () => {
    const { id, hash } = await follow()
    const item = { key: toHex(CODE_KEY), type: 'value' }
    const many = Array.from({ length: rpcLimits.operations + 3 }, () => item)
    const { result } = await client.ask('chainHead_v1_storage', id, hash, many)
    const { operationId, discardedItems } = result as { operationId: string; discardedItems: number }
    equal(discardedItems, 3)
    await client.event(id, ({ event }) => event === 'operationWaitingForContinue')
    for (const [method, rest] of [
      ['storage', [[item]]],
      ['body', []],
      ['call', ['Core_version', '0x']],
    ] as const) {
      const answer = await client.ask(`chainHead_v1_${method}`, id, hash, ...rest)
      deepEqual(answer.result, { result: 'limitReached' }, method)
    }
    await client.ask('chainHead_v1_stopOperation', id, operationId)
    equal((await operation(id, 'chainHead_v1_storage', hash, [{ ...item, type: 'hash' }])).items.length, 1)
    await client.ask('chainHead_v1_unfollow', id)
  })

  it('bounds the follows of a connection', async () => {
    await using other = await testClient(node.port)
    for (let i = 0; i < rpcLimits.follows; i++) equal((await other.ask('chainHead_v1_follow', true)).error, undefined)
    const refused = await other.ask('chainHead_v1_follow', true)
    deepEqual([refused.error?.code, refused.error?.data.code], [-32800, 'rpc.too-many-follows'])
  })

  it('stops a follow that holds on to a block whose state is no longer kept', async () => {
    const busy = await startTestNode({ blockIntervalMs: 0 })
    try {
      await using holder = await testClient(busy.port)
      const held = await follow(holder)
      const letting = await follow(holder)
      await holder.ask('chainHead_v1_unpin', letting.id, letting.initialized['finalizedBlockHashes'])
      for (let nonce = 0; nonce <= KEPT_STATES; nonce++) {
        await busy.pool.submit(transfer(busy, bob, nonce))
        const { blockHash } = await holder.event(letting.id, ({ event }) => event === 'newBlock')
        equal((await holder.ask('chainHead_v1_unpin', letting.id, blockHash)).result, null)
      }
      await holder.event(held.id, ({ event }) => event === 'stop')
      equal((await holder.ask('chainHead_v1_header', held.id, held.hash)).result, null)
      const [last] = [await holder.ask('chainHead_v1_unpin', letting.id, [held.hash])]
      equal(last.error?.code, -32801, 'the other follow goes on')
    } finally {
      await busy[Symbol.asyncDispose]()
    }
  })
})

import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { poolLimits } from '../node/limits.ts'
import { alice, bob, nextBlock, transfer } from '../node/test-node.ts'
import { rpcLimits } from './limits.ts'
import { nodeWithClient, testClient } from './test-client.ts'

const { node, client } = await nodeWithClient()

describe('transaction_v1 and transactionWatch_v1', () => {
  it('broadcasts until the extrinsic is in a block', async () => {
    const extrinsic = transfer(node, alice, 0)
    const included = nextBlock(node, ({ block }) => block.body.some((bytes) => toHex(bytes) === toHex(extrinsic)))
    const { result } = await client.ask('transaction_v1_broadcast', toHex(extrinsic))
    equal(typeof result, 'string')
    await included
    equal((await client.ask('transaction_v1_stop', result)).result, null)
    equal((await client.ask('transaction_v1_stop', 'no such')).result, null)
  })

  it('submits again what found no room at first', async () => {
    // Nonces from the future fill the share of one sender, so his next one is refused until some are dropped.
    const waiting = Array.from({ length: poolLimits.perSender }, (_, i) => transfer(node, bob, i + 1))
    for (const extrinsic of waiting) await node.pool.submit(extrinsic)
    const first = transfer(node, bob, 0)
    const { result } = await client.ask('transaction_v1_broadcast', toHex(first))
    const included = nextBlock(node, ({ block }) => block.body.some((bytes) => toHex(bytes) === toHex(first)))
    for (const extrinsic of waiting.slice(-8)) node.pool.dropInvalid(toHex(blake2b256(extrinsic)), 'test')
    await included
    await client.ask('transaction_v1_stop', result)
  })

  it('counts even what is invalid, up to its bound, and is silent about it', async () => {
    await using other = await testClient(node.port)
    const ids = []
    for (let i = 0; i < rpcLimits.broadcasts; i++)
      ids.push((await other.ask('transaction_v1_broadcast', '0x00')).result)
    equal(new Set(ids).size, rpcLimits.broadcasts)
    equal((await other.ask('transaction_v1_broadcast', '0x00')).result, null)
    await other.ask('transaction_v1_stop', ids[0])
    equal(typeof (await other.ask('transaction_v1_broadcast', '0x00')).result, 'string')
    equal((await other.ask('transaction_v1_broadcast', 'nonsense')).error?.code, -32602)
  })

  it('watches an extrinsic to its place in a final block', async () => {
    const extrinsic = transfer(node, alice, 1)
    const id = String((await client.ask('transactionWatch_v1_submitAndWatch', toHex(extrinsic))).result)
    equal((await client.event(id)).event, 'validated')
    const best = await client.event(id)
    const place = node.chain.database.extrinsic(blake2b256(extrinsic))
    const block = place && { hash: toHex(place.blockHash), index: place.index }
    deepEqual(best, { event: 'bestChainBlockIncluded', block })
    deepEqual(await client.event(id), { event: 'finalized', block })
    // One that is final already is reported at once.
    const again = String((await client.ask('transactionWatch_v1_submitAndWatch', toHex(extrinsic))).result)
    deepEqual(await client.event(again, ({ event }) => event === 'finalized'), { event: 'finalized', block })
    const invalid = String((await client.ask('transactionWatch_v1_submitAndWatch', '0x00')).result)
    equal((await client.event(invalid)).event, 'invalid')
    const unwatched = String((await client.ask('transactionWatch_v1_submitAndWatch', '0x01')).result)
    equal((await client.ask('transactionWatch_v1_unwatch', unwatched)).result, null)
  })
})

import { deepEqual, equal, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromHex, toHex } from '@pha/core/codec'
import { FinalisedHeader } from '@pha/core/protocol'
import { getAccount } from '../actions/get-account.ts'
import { getStatus } from '../actions/get-status.ts'
import { listWorkers } from '../actions/list-workers.ts'
import { createClient } from '../client.ts'
import { endow, TestNode } from '../test-node.ts'

const ann = new Uint8Array(32).fill(1)
const signal = () => AbortSignal.timeout(20_000)

describe('following the chain through an untrusted node', () => {
  it('proves heads and reads, and moves with the chain', async () => {
    await using node = await new TestNode([endow(ann, 500n)]).start()
    await using client = createClient({ url: node.url, genesisHash: toHex(node.genesis.hash) })
    deepEqual(await getAccount(client, ann), { nonce: 0, free: 500n, reserved: 0n })
    const next = client.chain.headAfter(0, signal())
    const block = node.makeBlock([endow(ann, 700n)])
    deepEqual((await next).hash, block.hash)
    equal((await getAccount(client, ann)).free, 700n)
    equal((await getStatus(client)).block.number, 1)
  })

  it('refuses another chain than the one pinned', async () => {
    await using node = await new TestNode().start()
    await using client = createClient({ url: node.url, genesisHash: `0x${'11'.repeat(32)}` })
    await rejects(getStatus(client), { code: 'sdk.wrong-chain' })
  })

  it('refuses a header that the authority did not sign', async () => {
    await using node = await new TestNode().start()
    node.lie = (method, result) => {
      if (method !== 'pha_finalisedHeader') return result
      const { header, proof } = FinalisedHeader.decode(fromHex(String(result)))
      return toHex(FinalisedHeader.encode({ header: { ...header, number: 5 }, proof }))
    }
    await using client = createClient({ url: node.url })
    await rejects(client.chain.head(signal()), { code: 'sdk.bad-proof' })
  })

  it('takes no forged news, and still hears the true ones', async () => {
    await using node = await new TestNode().start()
    await using client = createClient({ url: node.url })
    await client.chain.head(signal())
    const other = new TestNode([endow(ann, 1n)])
    other.makeBlock()
    node.lie = (method, result) =>
      method === 'pha_finalised' ? toHex(FinalisedHeader.encode(other.makeBlock().finalised)) : result
    node.makeBlock()
    node.lie = (_, result) => result
    const { hash } = node.makeBlock()
    deepEqual((await client.chain.headAfter(1, signal())).hash, hash)
  })

  it('refuses a true block given for another one', async () => {
    await using node = await new TestNode().start()
    const wanted = node.makeBlock()
    const given = node.makeBlock()
    node.lie = (method, result) =>
      method === 'pha_finalisedHeader' ? toHex(FinalisedHeader.encode(given.finalised)) : result
    await using client = createClient({ url: node.url })
    await rejects(client.chain.block(wanted.hash, signal()), { code: 'sdk.bad-proof' })
  })

  it('refuses a proof of an older state, and a proof that says too little', async () => {
    await using node = await new TestNode([endow(ann, 500n)]).start()
    await using client = createClient({ url: node.url })
    await getAccount(client, ann)
    let old: unknown
    node.lie = (method, result) => {
      if (method === 'state_getReadProof') old = result
      return result
    }
    await getAccount(client, ann)
    const next = client.chain.headAfter(0, signal())
    node.makeBlock([endow(ann, 0n)])
    await next
    node.lie = (method, result) => (method === 'state_getReadProof' ? old : result)
    await rejects(getAccount(client, ann), { code: 'sdk.bad-proof' })
    node.lie = (method, result) => (method === 'state_getReadProof' ? { at: '0x', proof: [] } : result)
    await rejects(getAccount(client, ann), { code: 'sdk.bad-proof' })
  })

  it('meets answers of any other shape with a coded error', async () => {
    await using node = await new TestNode().start()
    for (const answer of [null, 7, 'x', '0x0', [], {}, { header: 1 }, { header: '0x', proof: '0x' }, '0x00']) {
      await using client = createClient({ url: node.url })
      node.lie = () => answer
      await rejects(client.chain.head(signal()), { code: 'sdk.bad-answer' })
    }
  })

  it('goes on after the node was killed and restarted', async () => {
    await using node = await new TestNode([endow(ann, 500n)]).start()
    await using client = createClient({ url: node.url })
    await getAccount(client, ann)
    node.stop()
    const later = getAccount(client, ann)
    node.makeBlock([endow(ann, 900n)])
    await node.start()
    await later
    await client.chain.headAfter(0, signal())
    equal((await getAccount(client, ann)).free, 900n)
  })

  it('lists no worker that the state does not have', async () => {
    await using node = await new TestNode().start()
    await using client = createClient({ url: node.url })
    deepEqual(await listWorkers(client), { workers: [], complete: true })
    node.lie = (method, result) => (method === 'state_getKeysPaged' ? ['0x1234'] : result)
    await rejects(listWorkers(client), { code: 'sdk.bad-answer' })
  })
})

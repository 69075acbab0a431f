import { deepEqual, equal, rejects } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex, utf8Encode } from '@pha/core/codec'
import { blake2b256, deriveDevAccount } from '@pha/core/crypto'
import { contracts, system } from '@pha/runtime/pallets'
import { createClient } from '../client.ts'
import { endow, TestNode } from '../test-node.ts'
import { deployContract } from './deploy-contract.ts'
import { getAccount } from './get-account.ts'
import { getContract } from './get-contract.ts'
import { sendCall } from './send-call.ts'
import { transfer } from './transfer.ts'
import { uploadCode } from './upload-code.ts'

const [alice, bob] = [deriveDevAccount('//Alice'), deriveDevAccount('//Bob')]
const remark = (text: string) => system.calls.remark.encode({ remark: utf8Encode(text) })
const entries = [endow(alice.accountId, 1_000n)]

describe('sending a call', () => {
  it('waits for finality and gives the proven events', async () => {
    await using node = await new TestNode(entries).start()
    await using client = createClient({ url: node.url })
    const { block, events, index } = await transfer(client, { to: bob.accountId, amount: 30n, signer: alice })
    equal(block.number, 1)
    equal(index, 0)
    deepEqual(events[0], {
      type: 'Balances',
      value: { type: 'Transfer', value: { from: alice.accountId, to: bob.accountId, amount: 30n } },
    })
    deepEqual(await getAccount(client, alice.accountId), { nonce: 1, free: 970n, reserved: 0n })
  })

  it('says by its name why a call failed', async () => {
    await using node = await new TestNode(entries).start()
    await using client = createClient({ url: node.url })
    await rejects(transfer(client, { to: bob.accountId, amount: 5_000n, signer: alice }), {
      code: 'sdk.dispatch-failed',
      dispatchError: { pallet: 'Token', error: 'FundsUnavailable' },
    })
  })

  it("names a pallet's error with its documentation", async () => {
    await using node = await new TestNode(entries).start()
    await using client = createClient({ url: node.url })
    const contract = new Uint8Array(32)
    const call = contracts.calls.send.encode({ contract, epoch: 9, sealed: new Uint8Array(8) })
    await rejects(sendCall(client, { call, signer: alice }), {
      code: 'sdk.dispatch-failed',
      message: /^Contracts\.WrongEpoch: the command key/,
      dispatchError: { pallet: 'Contracts', error: 'WrongEpoch', docs: contracts.errors.WrongEpoch.docs },
    })
  })

  it('publishes code once, and learns the id of a deployed contract from its proven event', async () => {
    await using node = await new TestNode(entries).start()
    await using client = createClient({ url: node.url })
    const code = utf8Encode('code')
    const both = await Promise.all([1, 2].map(() => uploadCode(client, { code, signer: alice })))
    deepEqual(both.map(({ published }) => published).sort(), [false, true])
    const { codeHash, published } = await uploadCode(client, { code, signer: alice })
    equal(published, false)
    deepEqual(codeHash, blake2b256(code))
    const { contract } = await deployContract(client, { codeHash, signer: alice })
    equal(contract.length, 32)
    await rejects(getContract(client, contract), { code: 'sdk.contract-unknown' })
  })

  it('gives consecutive nonces to calls that are sent together', async () => {
    await using node = await new TestNode(entries).start()
    await using client = createClient({ url: node.url })
    const calls = Array.from({ length: 20 }, (_, i) => sendCall(client, { call: remark(`${i}`), signer: alice }))
    const done = await Promise.all(calls)
    equal(new Set(done.map(({ hash }) => toHex(hash))).size, 20)
    equal((await getAccount(client, alice.accountId)).nonce, 20)
  })

  it('submits the same bytes again to a node that was killed and restarted', async () => {
    await using node = await new TestNode(entries).start()
    await using client = createClient({ url: node.url })
    const submitted: string[] = []
    node.idle = true // takes extrinsics and forgets them when it is killed
    node.lie = (method, result) => {
      if (method === 'author_submitExtrinsic') submitted.push(String(result))
      return result
    }
    const calls = ['one', 'two'].map((text) => sendCall(client, { call: remark(text), signer: alice }))
    while (submitted.length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
    node.stop()
    node.idle = false
    await node.start()
    const done = await Promise.all(calls)
    deepEqual(submitted.slice(2).sort(), submitted.slice(0, 2).sort())
    deepEqual(done.map(({ hash }) => toHex(hash)).sort(), submitted.slice(0, 2).sort())
    equal((await getAccount(client, alice.accountId)).nonce, 2)
  })

  it('finds its extrinsic in a block that was made while the connection was lost', async () => {
    await using node = await new TestNode(entries).start()
    await using client = createClient({ url: node.url })
    let submitted = false
    node.idle = true
    node.lie = (method, result) => {
      submitted ||= method === 'author_submitExtrinsic'
      return result
    }
    const call = sendCall(client, { call: remark('once'), signer: alice })
    while (!submitted) await new Promise((resolve) => setTimeout(resolve, 5))
    node.makeBlock()
    node.stop()
    node.makeBlock()
    await node.start()
    equal((await call).block.number, 1)
  })

  it('believes no block that does not hold the extrinsic, and no other body or events', async () => {
    const lies: { [method: string]: (result: unknown, node: TestNode) => unknown } = {
      pha_extrinsic: (_, node) => ({ blockHash: toHex(node.genesis.hash), blockNumber: 0, index: 0 }),
      chain_getBlock: () => ({ block: { extrinsics: ['0x00'] } }),
    }
    for (const [name, answer] of Object.entries(lies)) {
      await using node = await new TestNode(entries).start()
      await using client = createClient({ url: node.url })
      node.lie = (method, result) => (method === name ? answer(result, node) : result)
      await rejects(sendCall(client, { call: remark('x'), signer: alice }), { code: 'sdk.bad-proof' })
    }
  })

  it('notices that its nonce was used by another program', async () => {
    await using node = await new TestNode(entries).start()
    await using client = createClient({ url: node.url })
    await using other = createClient({ url: node.url })
    node.idle = true
    let submitted = 0
    node.lie = (method, result) => {
      if (method === 'author_submitExtrinsic') submitted++
      return result
    }
    const calls = [client, other].map((one, i) => sendCall(one, { call: remark(`${i}`), signer: alice }))
    const outcomes = Promise.allSettled(calls)
    while (submitted < 2) await new Promise((resolve) => setTimeout(resolve, 5))
    node.makeBlock()
    const settled = (await outcomes).map(({ status }) => status).sort()
    deepEqual(settled, ['fulfilled', 'rejected'])
    const refused = (await outcomes).find((outcome) => outcome.status === 'rejected')
    equal(refused?.reason.code, 'sdk.nonce-used')
  })

  it('ends when a mortal extrinsic can no longer get into a block, and gives its nonce to the next call', async () => {
    await using node = await new TestNode(entries).start()
    await using client = createClient({ url: node.url })
    node.idle = true
    const submitted = Promise.withResolvers<void>()
    node.lie = (method, result) => {
      if (method === 'author_submitExtrinsic') submitted.resolve()
      return result
    }
    const call = sendCall(client, { call: remark('late'), signer: alice, period: 4 })
    const refused = rejects(call, { code: 'sdk.extrinsic-expired' })
    await submitted.promise
    node.stop() // the pool is lost, the blocks go on without the extrinsic
    for (let i = 0; i < 5; i++) node.makeBlock()
    await node.start()
    await refused
    node.stop() // the pool may have it again
    node.idle = false
    await node.start()
    await sendCall(client, { call: remark('in time'), signer: alice, period: 64 })
    equal((await getAccount(client, alice.accountId)).nonce, 1)
  })

  it('stops waiting when asked to', async () => {
    await using node = await new TestNode(entries).start()
    await using client = createClient({ url: node.url })
    node.idle = true
    const options = { signal: AbortSignal.abort(new Error('enough')) }
    await rejects(sendCall(client, { call: remark('x'), signer: alice }, options), /enough/)
    await rejects(sendCall(client, { call: remark('x'), signer: alice }, { timeoutMs: 200 }), { code: 'sdk.timeout' })
  })
})

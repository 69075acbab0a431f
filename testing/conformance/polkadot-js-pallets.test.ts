/** @polkadot/api with calls inside calls: batches, delegates, multisigs, preimages, schedules, sudo, as wallets send them. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PHA } from '@pha/runtime/pallets'
import { bootNode, type NodeProcess } from '@pha/testing'
import { type ApiPromise, Keyring } from '@polkadot/api'
import { type Connection, connect, type Outcome, read, sendAndWait, transaction } from './polkadot-js-client.ts'

const keyring = new Keyring({ type: 'sr25519', ss58Format: 30 })
const alice = keyring.addFromUri('//Alice')
const bob = keyring.addFromUri('//Bob')
const nobody = keyring.encodeAddress(new Uint8Array(32).fill(9))

/** The data of the first event of this name, as people read it. */
function dataOf<T>({ records }: Outcome, name: string): T {
  const found = records.find(({ event }) => `${event.section}.${event.method}` === name)
  ok(found !== undefined, name)
  return found.event.data.toHuman() as T
}

describe('@polkadot/api with calls inside calls', () => {
  let node: NodeProcess
  let connection: Connection
  let api: ApiPromise
  before(async () => {
    node = await bootNode()
    connection = await connect(node.ws)
    api = connection.api
  })
  after(async () => {
    await connection[Symbol.asyncDispose]()
    await node[Symbol.asyncDispose]()
  })

  const give = (amount = PHA) => transaction(api, 'balances.transferKeepAlive', nobody, amount)

  it('is told the price of a whole batch before', async () => {
    const one = await give().paymentInfo(alice.address)
    const three = await transaction(api, 'utility.batchAll', [give(), give(), give()]).paymentInfo(alice.address)
    ok(three.weight.refTime.toBigInt() > 3n * one.weight.refTime.toBigInt())
  })

  it('reads where and why a batch was interrupted', async () => {
    const outcome = await sendAndWait(api, transaction(api, 'utility.batch', [give(), give(10n ** 30n)]), alice)
    equal(outcome.error, undefined)
    deepEqual(dataOf(outcome, 'utility.BatchInterrupted'), { index: '1', error: { Token: 'FundsUnavailable' } })
  })

  it('appoints a delegate, and acts as one within its rights', async () => {
    await sendAndWait(api, transaction(api, 'proxy.addProxy', bob.address, 'NonTransfer', 0), alice)
    const [list] = (await read(api, 'proxy.proxies', alice.address)).toJSON() as [unknown[]]
    deepEqual(list, [{ delegate: bob.address, proxyType: 'NonTransfer', delay: 0 }])
    const remark = transaction(api, 'system.remarkWithEvent', '0x01')
    const allowed = await sendAndWait(api, transaction(api, 'proxy.proxy', alice.address, null, remark), bob)
    equal(dataOf<{ sender: string }>(allowed, 'system.Remarked').sender, alice.address)
    const refused = await sendAndWait(api, transaction(api, 'proxy.proxy', alice.address, null, give()), bob)
    // System.CallFiltered
    deepEqual(dataOf(refused, 'proxy.ProxyExecuted'), {
      result: { Err: { Module: { index: '0', error: '0x05000000' } } },
    })
  })

  it('lets two agree on a call, and make it as the account that they share', async () => {
    const call = transaction(api, 'system.remarkWithEvent', '0x02')
    const { weight } = await call.paymentInfo(alice.address)
    const nothing = { refTime: 0, proofSize: 0 }
    const { hash } = call.method
    const approval = transaction(api, 'multisig.approveAsMulti', 2, [bob.address], null, hash, nothing)
    const begun = await sendAndWait(api, approval, alice)
    const { multisig } = dataOf<{ multisig: string }>(begun, 'multisig.NewMultisig')
    const { when } = (await read(api, 'multisig.multisigs', multisig, hash)).toJSON() as { when: unknown }
    const last = transaction(api, 'multisig.asMulti', 2, [alice.address], when, call, weight)
    const done = await sendAndWait(api, last, bob)
    equal(dataOf<{ result: string }>(done, 'multisig.MultisigExecuted').result, 'Ok')
    equal(dataOf<{ sender: string }>(done, 'system.Remarked').sender, multisig)
  })

  it('stores a preimage and finds it by hash and length', async () => {
    const { method } = transaction(api, 'utility.batch', [give()])
    await sendAndWait(api, transaction(api, 'preimage.notePreimage', method.toHex()), bob)
    const status = (await read(api, 'preimage.requestStatusFor', method.hash)).toJSON()
    equal((status as { unrequested: { len: number } }).unrequested.len, method.encodedLength)
    const bytes = await read(api, 'preimage.preimageFor', [method.hash, method.encodedLength])
    equal(bytes.toJSON(), method.toHex())
  })

  it('schedules a call as root, and sees it made without anybody sending it', async () => {
    const call = transaction(api, 'utility.dispatchAs', { system: { Signed: bob.address } }, give())
    const later = transaction(api, 'scheduler.scheduleAfter', 2, null, 0, call)
    const planned = await sendAndWait(api, transaction(api, 'sudo.sudo', later), alice)
    equal(dataOf<{ sudoResult: string }>(planned, 'sudo.Sudid').sudoResult, 'Ok')
    const [when] = planned.records
      .filter(({ event }) => event.section === 'scheduler')
      .map(({ event }) => Number(event.data[0]?.toString()))
    ok(when !== undefined)
    const [task] = (await read(api, 'scheduler.agenda', when)).toJSON() as [{ origin: unknown; priority: number }]
    deepEqual([task.origin, task.priority], [{ system: { root: null } }, 0])
    await new Promise<void>((resolve, reject) => {
      const following = api.rpc.chain.subscribeFinalizedHeads((header) => {
        if (header.number.toNumber() < when) return
        resolve()
        void following.then((stop) => stop())
      })
      following.catch(reject)
    })
    const at = await api.at(await api.rpc.chain.getBlockHash(when))
    const records = (await read(at, 'system.events')).toHuman() as unknown as {
      readonly phase: string
      readonly event: { readonly section: string; readonly method: string }
    }[]
    const made = records.filter(({ phase }) => phase === 'Initialization').map(({ event }) => event.section)
    ok(made.includes('balances') && made.includes('scheduler'))
  })
})

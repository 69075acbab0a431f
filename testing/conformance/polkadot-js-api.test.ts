/** @polkadot/api over WebSocket, as wallets, explorers and scripts use it. */
import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { PHA } from '@pha/runtime/pallets'
import { bootNode, type NodeProcess, until } from '@pha/testing'
import { type ApiPromise, Keyring } from '@polkadot/api'
import type { Raw } from '@polkadot/types'
import { merkleizeMetadata } from '@polkadot-api/merkleize-metadata'
import { provenValue } from './independent-proof.ts'
import { type Connection, connect, freeBalance, read, sendAndWait, transaction } from './polkadot-js-client.ts'

const keyring = new Keyring({ type: 'sr25519', ss58Format: 30 })
const alice = keyring.addFromUri('//Alice')
const bob = keyring.addFromUri('//Bob')
const others = (['ed25519', 'ecdsa'] as const).map((type) => keyring.addFromUri('//Other', {}, type))

/** Computed from the metadata that the node serves, as a wallet does it (RFC-78). */
async function metadataDigest(api: ApiPromise): Promise<string> {
  const metadata = await api.call['metadata']?.['metadataAtVersion']?.(15)
  const opaque = metadata as unknown as { unwrap(): { toU8a(isBare: boolean): Uint8Array } }
  return toHex(merkleizeMetadata(opaque.unwrap().toU8a(true), { decimals: 12, tokenSymbol: 'PHA' }).digest())
}

type FollowAccount = (
  address: string,
  told: (account: { readonly data: { readonly free: { toBigInt(): bigint } } }) => void,
) => Promise<() => void>

describe('@polkadot/api over WebSocket', () => {
  let node: NodeProcess
  let connection: Connection
  let api: ApiPromise
  before(async () => {
    node = await bootNode({ endowments: others.map(({ addressRaw }) => [addressRaw, 100n * PHA] as const) })
    connection = await connect(node.ws)
    api = connection.api
  })
  after(async () => {
    await connection[Symbol.asyncDispose]()
    await node[Symbol.asyncDispose]()
  })

  const transfer = (amount = PHA) => transaction(api, 'balances.transferKeepAlive', bob.address, amount)

  it('connects and knows the chain', async () => {
    equal(api.genesisHash.toHex(), node.genesis)
    equal(api.runtimeVersion.specName.toString(), 'phala')
    equal(String(api.registry.chainSS58), '30')
    deepEqual(api.registry.chainTokens, ['PHA'])
    deepEqual(api.registry.chainDecimals, [12])
    equal(api.runtimeMetadata.version, 16)
    equal(api.extrinsicVersion, 4)
  })

  it('reads each version of metadata that the runtime offers', async () => {
    const versions = await api.call['metadata']?.['metadataVersions']?.()
    deepEqual(versions?.toJSON(), [14, 15, 16])
    for (const version of [14, 15, 16]) {
      const answer = await api.call['metadata']?.['metadataAtVersion']?.(version)
      const magicAndVersion = `0x6d657461${version.toString(16).padStart(2, '0')}`
      ok(answer !== undefined && !answer.isEmpty)
      ok(Buffer.from(answer.toU8a()).toString('hex').includes(magicAndVersion.slice(2)), `V${version}`)
    }
    equal((await api.rpc.state.getMetadata()).version, 14)
  })

  it('reads constants', () => {
    equal(api.consts['balances']?.['existentialDeposit']?.toString(), String(PHA / 100n))
    equal(api.consts['system']?.['ss58Prefix']?.toString(), '30')
    equal(api.consts['system']?.['version']?.toHex(), api.runtimeVersion.toHex())
  })

  it('reads one value, several, all entries, and pages of them', async () => {
    ok((await freeBalance(api, alice.address)) > 0n)
    const accounts = api.query['system']?.['account']
    ok(accounts !== undefined)
    const several = await accounts.multi([alice.address, bob.address])
    equal(several.length, 2)
    const entries = await accounts.entries()
    ok(entries.length >= 8)
    const keys: string[] = []
    for (;;) {
      const page = await accounts.keysPaged({ args: [], pageSize: 3, startKey: keys.at(-1) ?? '' })
      keys.push(...page.map((key) => key.toHex()))
      if (page.length < 3) break
    }
    deepEqual(
      keys,
      entries.map(([key]) => key.toHex()),
    )
    const now = await api.queryMulti([api.query['timestamp']?.['now'], [accounts, alice.address]] as never[])
    equal(now.length, 2)
  })

  it('transfers and watches to finality', async () => {
    const before = await freeBalance(api, bob.address)
    const { statuses, events, blockHash, error } = await sendAndWait(api, transfer(3n * PHA), alice)
    equal(error, undefined)
    deepEqual(statuses, ['Ready', 'InBlock', 'Finalized'])
    ok(events.includes('balances.Transfer') && events.includes('system.ExtrinsicSuccess'), events.join())
    equal((await freeBalance(api, bob.address)) - before, 3n * PHA)
    const { block } = await api.rpc.chain.getBlock(blockHash)
    deepEqual(
      block.extrinsics.map(({ method }) => `${method.section}.${method.method}`),
      ['timestamp.set', 'balances.transferKeepAlive'],
    )
  })

  for (const pair of others) {
    it(`sends what an ${pair.type} key signed`, async () => {
      const { error, records } = await sendAndWait(api, transfer(), pair)
      equal(error, undefined)
      const moved = records.find(({ event }) => event.method === 'Transfer')
      equal(moved?.event.data[0]?.toString(), pair.address)
    })
  }

  it('sends mortal and immortal transactions, and a tip', async () => {
    const mortal = await sendAndWait(api, transfer(), alice, { era: 8, tip: 5n })
    const sent = (await api.rpc.chain.getBlock(mortal.blockHash)).block.extrinsics[1]
    equal(sent?.era.isMortalEra, true)
    equal(sent?.era.asMortalEra.period.toNumber(), 8)
    equal(sent?.tip.toString(), '5')
    const paid = mortal.records.find(({ event }) => event.method === 'TransactionFeePaid')
    equal(paid?.event.data[2]?.toString(), '5')

    const immortal = await sendAndWait(api, transfer(), alice, { era: 0 })
    const second = (await api.rpc.chain.getBlock(immortal.blockHash)).block.extrinsics[1]
    equal(second?.era.isImmortalEra, true)
  })

  it('sends a payload above 256 bytes, which is signed as its hash', async () => {
    const remark = `0x${'ab'.repeat(1_000)}`
    const { error, events } = await sendAndWait(api, transaction(api, 'system.remarkWithEvent', remark), alice)
    equal(error, undefined)
    ok(events.includes('system.Remarked'))
  })

  it('signs the digest of the metadata that it shows, which the runtime knows', async () => {
    const metadataHash = await metadataDigest(api)
    const { error, blockHash } = await sendAndWait(api, transfer(), alice, { mode: 1, metadataHash })
    equal(error, undefined)
    const sent = (await api.rpc.chain.getBlock(blockHash)).block.extrinsics[1]
    equal(sent?.mode.toNumber(), 1)
    const other = `0x${'01'.repeat(32)}`
    await rejects(sendAndWait(api, transfer(), alice, { mode: 1, metadataHash: other }), /BadProof/)
  })

  it('sends calls with structures as arguments, calls among them', async () => {
    const calls = [transfer(), transaction(api, 'system.remark', '0x00')]
    const { error, events } = await sendAndWait(api, transaction(api, 'utility.batchAll', calls), alice)
    equal(error, undefined)
    ok(events.includes('utility.BatchCompleted'), events.join())
    const unknown = { workers: [], policy: null }
    await rejects(async () => transaction(api, 'balances.transferKeepAlive', unknown, 1n))
  })

  it('names the error of a pallet, and that of a token', async () => {
    const nobody = keyring.addFromUri('//Nobody').address
    const removed = await sendAndWait(api, transaction(api, 'proxy.removeProxy', nobody, 'Any', 0), alice)
    equal(removed.error, 'proxy.NotFound')
    ok(removed.events.includes('system.ExtrinsicFailed'))
    const tooMuch = await sendAndWait(api, transfer(100_000_000n * PHA), alice)
    match(tooMuch.error ?? '', /"token":"FundsUnavailable"/)
  })

  it('says the fee beforehand, and that fee is taken', async () => {
    const { partialFee, weight } = await transfer().paymentInfo(alice)
    ok(weight.refTime.toBigInt() > 0n)
    const { records } = await sendAndWait(api, transfer(), alice)
    const paid = records.find(({ event }) => event.method === 'TransactionFeePaid')
    equal(paid?.event.data[1]?.toString(), partialFee.toString())
    const details = await api.rpc.payment.queryFeeDetails((await transfer().signAsync(alice)).toHex())
    ok(details.inclusionFee.isSome)
  })

  it('is told at once why a transaction is refused', async () => {
    await rejects(transfer().signAndSend(keyring.addFromUri('//Pauper')), /1010: Invalid Transaction: Payment/)
    await rejects(transfer().signAndSend(alice, { nonce: 0 }), /1010: Invalid Transaction: Stale/)
    const nonce = await api.rpc.system.accountNextIndex(alice.address)
    const payload = { genesisHash: `0x${'01'.repeat(32)}`, nonce }
    await rejects(transfer().signAndSend(alice, payload), /1010: Invalid Transaction: BadProof/)
  })

  it('tries a transaction without sending it', async () => {
    const good = await (await transfer().signAsync(alice)).dryRun(alice)
    equal(good.isOk && good.asOk.isOk, true)
    const failing = await transfer(100_000_000n * PHA).dryRun(alice)
    equal(failing.isOk && failing.asOk.isErr, true)
    const stale = await transfer().dryRun(alice, { nonce: 0 })
    equal(stale.isErr && stale.asErr.asInvalid.isStale, true)
  })

  it('sends several at once with nonces that the node counts', async () => {
    const first = (await api.rpc.system.accountNextIndex(bob.address)).toNumber()
    const hashes: string[] = []
    for (let index = 0; index < 4; index++) {
      const nonce = await api.rpc.system.accountNextIndex(bob.address)
      const call = transaction(api, 'balances.transferKeepAlive', alice.address, PHA)
      hashes.push((await call.signAndSend(bob, { nonce })).toHex())
    }
    equal(new Set(hashes).size, 4)
    await until(
      'all four are in blocks',
      async () => Number(JSON.parse(String(await read(api, 'system.account', bob.address))).nonce) === first + 4,
    )
  })

  it('reads an old block with the state that it had', async () => {
    const hash = await api.rpc.chain.getFinalizedHead()
    const before = await freeBalance(api, bob.address)
    await sendAndWait(api, transfer(2n * PHA), alice)
    const then = await api.at(hash)
    equal(await freeBalance(then, bob.address), before)
    equal((await freeBalance(api, bob.address)) - before, 2n * PHA)
    const genesis = await api.at(node.genesis)
    equal((await read(genesis, 'system.number')).toString(), '0')
    equal(genesis.runtimeVersion.specVersion.toNumber(), api.runtimeVersion.specVersion.toNumber())
    await rejects(api.at(`0x${'00'.repeat(32)}`))
  })

  it('gets read proofs that another implementation accepts', async () => {
    const key = api.query['system']?.['account']?.key(alice.address) ?? ''
    const absent = api.query['system']?.['account']?.key(keyring.addFromUri('//Nobody').address) ?? ''
    const { at, proof } = await api.rpc.state.getReadProof([key, absent])
    const header = await api.rpc.chain.getHeader(at)
    const nodes = proof.map((item) => item.toHex())
    const value = await api.rpc.state.getStorage<Raw>(key, at)
    equal(provenValue(nodes, header.stateRoot.toHex(), key), value.toHex())
    equal(provenValue(nodes, header.stateRoot.toHex(), absent), undefined)
  })

  it('follows heads and storage', async () => {
    const numbers: number[] = []
    const stopHeads = await api.rpc.chain.subscribeFinalizedHeads((header) => {
      numbers.push(header.number.toNumber())
    })
    for (let index = 0; index < 3; index++) await sendAndWait(api, transfer(), alice)
    stopHeads()
    deepEqual(
      numbers.slice(0, 3),
      [0, 1, 2].map((index) => (numbers[0] ?? 0) + index),
    )
    const balances: bigint[] = []
    const account = api.query['system']?.['account'] as unknown as FollowAccount
    const stopAccount = await account(bob.address, ({ data }) => balances.push(data.free.toBigInt()))
    await sendAndWait(api, transfer(7n * PHA), alice)
    await until('the subscription told it', () => balances.length >= 2)
    stopAccount()
    equal((balances.at(-1) ?? 0n) - (balances[0] ?? 0n), 7n * PHA)
  })

  it('subscribes to the version of the runtime', async () => {
    const version = await new Promise<number>((resolve, reject) => {
      api.rpc.state
        .subscribeRuntimeVersion((seen) => resolve(seen.specVersion.toNumber()))
        .then((stop) => stop())
        .catch(reject)
    })
    equal(version, api.runtimeVersion.specVersion.toNumber())
  })

  it('derives what polkadot.js Apps shows', async () => {
    const all = await api.derive.balances.all(alice.address)
    equal(all.freeBalance.toBigInt(), await freeBalance(api, alice.address))
    const info = await api.derive.accounts.info(alice.address)
    equal(info.accountId?.toString(), alice.address)
    const best = await api.derive.chain.bestNumber()
    const finalized = await api.derive.chain.bestNumberFinalized()
    ok(best.toNumber() >= finalized.toNumber() && finalized.toNumber() > 0)
    const head = await api.rpc.chain.getFinalizedHead()
    const block = await api.derive.chain.getBlock(head)
    equal(block.block.header.hash.toHex(), head.toHex())
    ok(block.extrinsics.length >= 1 && block.events.length >= 1)
    const header = await api.derive.chain.getHeader(head)
    equal(header.number.toNumber(), block.block.header.number.toNumber())
    const fees = await api.derive.balances.account(bob.address)
    equal(fees.accountId.toString(), bob.address)
  })

  it('asks what polkadot.js Apps asks at its start', async () => {
    match(String(await api.rpc.system.chain()), /^Phala Development/)
    equal((await api.rpc.system.chainType()).isDevelopment, true)
    match(String(await api.rpc.system.name()), /./)
    match(String(await api.rpc.system.version()), /^\d+\.\d+\.\d+/)
    equal((await api.rpc.system.health()).isSyncing.isFalse, true)
    equal((await api.rpc.system.peers()).length, 0)
    ok((await api.rpc.system.syncState()).currentBlock.toNumber() > 0)
    equal((await api.rpc.system.nodeRoles())[0]?.isAuthority, true)
    equal(String(await api.rpc.system.localPeerId()), '')
    equal((await api.rpc.system.localListenAddresses()).length, 0)
    equal((await api.rpc.author.pendingExtrinsics()).length, 0)
    ok((await api.rpc.rpc.methods()).methods.length > 50)
  })
})

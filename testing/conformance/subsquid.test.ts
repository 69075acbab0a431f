/** @subsquid/substrate-processor reads blocks by RPC alone: no archive, no types of this chain, no database. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { PHA } from '@pha/runtime/pallets'
import { bootNode, type NodeProcess } from '@pha/testing'
import { Keyring } from '@polkadot/api'
import { type Connection, connect, type Outcome, sendAndWait, transaction } from './polkadot-js-client.ts'
import { type IndexedBlock, indexBlocks } from './subsquid-run.ts'

const keyring = new Keyring({ type: 'sr25519', ss58Format: 30 })
const alice = keyring.addFromUri('//Alice')
const bob = keyring.addFromUri('//Bob')
const BLOCKS = 24

describe('a Subsquid indexer', () => {
  let node: NodeProcess
  let connection: Connection
  let blocks: readonly IndexedBlock[]
  let moved: Outcome
  let failed: Outcome
  before(async () => {
    node = await bootNode({ args: ['--block-interval-ms', '50'] })
    connection = await connect(node.ws)
    const { api } = connection
    const transfer = (amount: bigint) => transaction(api, 'balances.transferKeepAlive', bob.address, amount)
    const batch = transaction(api, 'utility.batchAll', [transfer(PHA), transaction(api, 'system.remark', '0x0102')])
    moved = await sendAndWait(api, batch, alice, { tip: 7n })
    failed = await sendAndWait(api, transfer(100_000_000n * PHA), alice)
    let height = 0
    for (let sent = 0; height < BLOCKS; sent++) {
      await sendAndWait(api, transfer(BigInt(sent + 1)), alice)
      height = (await api.rpc.chain.getHeader()).number.toNumber()
    }
    blocks = await indexBlocks(node.http, 0, BLOCKS)
  })
  after(async () => {
    await connection[Symbol.asyncDispose]()
    await node[Symbol.asyncDispose]()
  })

  const blockOf = ({ blockHash }: Outcome) => blocks.find(({ hash }) => hash === blockHash)

  it('reads every block in order, with its time and version', () => {
    deepEqual(
      blocks.map(({ height }) => height),
      Array.from({ length: BLOCKS + 1 }, (_, height) => height),
    )
    equal(blocks[0]?.hash, node.genesis)
    for (const [index, { timestamp, specVersion }] of blocks.entries()) {
      equal(specVersion, connection.api.runtimeVersion.specVersion.toNumber())
      if (index > 0) ok(Math.abs(timestamp - Date.now()) < 600_000, String(timestamp))
    }
  })

  it('decodes calls, those inside a call among them', () => {
    const calls = blockOf(moved)?.calls ?? []
    deepEqual(
      calls.map(({ name, success }) => [name, success]),
      [
        ['Timestamp.set', true],
        ['Balances.transfer_keep_alive', true],
        ['System.remark', true],
        ['Utility.batch_all', true],
      ],
    )
    const transfer = calls.find(({ name }) => name === 'Balances.transfer_keep_alive')
    deepEqual(transfer?.args, { dest: { __kind: 'Id', value: toHex(bob.addressRaw) }, value: String(PHA) })
  })

  it('decodes events and gives them to their extrinsics', () => {
    const { events = [] } = blockOf(moved) ?? {}
    const event = events.find(({ name }) => name === 'Balances.Transfer')
    const [from, to] = [toHex(alice.addressRaw), toHex(bob.addressRaw)]
    deepEqual(event, { name: 'Balances.Transfer', args: { from, to, amount: String(PHA) }, extrinsic: moved.hash })
  })

  it('finds fees, tips and failures', () => {
    const sent = blockOf(moved)?.extrinsics.find(({ hash }) => hash === moved.hash)
    const paid = moved.records.find(({ event }) => event.method === 'TransactionFeePaid')
    equal(sent?.success, true)
    equal(sent?.tip, '7')
    // The library means the fee without the tip.
    equal(BigInt(sent?.fee ?? 0) + 7n, BigInt(paid?.event.data[1]?.toString() ?? 0))
    const refused = blockOf(failed)?.calls.find(({ name }) => name === 'Balances.transfer_keep_alive')
    equal(refused?.success, false)
    deepEqual(refused?.error, { __kind: 'Token', value: { __kind: 'FundsUnavailable' } })
  })
})

/** The real @polkadot/api against the node, as wallets and explorers use it. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ss58Encode } from '@pha/core/codec'
import { PHA } from '@pha/runtime/pallets'
import { ApiPromise, HttpProvider, Keyring, WsProvider } from '@polkadot/api'
import type { ApiOptions } from '@polkadot/api/types'
import type { Node } from '../node/index.ts'
import { alice, bob, startTestNode } from '../node/test-node.ts'

/** The library's own providers do not fit its interface under `exactOptionalPropertyTypes`. */
type Provider = NonNullable<ApiOptions['provider']>

const ALICE = ss58Encode(alice.accountId)
const BOB = ss58Encode(bob.accountId)

describe('@polkadot/api', () => {
  let node: Node
  before(async () => {
    node = await startTestNode()
  })
  after(() => node[Symbol.asyncDispose]())

  describe('over WebSocket', () => {
    let api: ApiPromise
    before(async () => {
      const provider = new WsProvider(`ws://127.0.0.1:${node.port}`) as Provider
      api = await ApiPromise.create({ provider, noInitWarn: true, throwOnConnect: true })
    })
    after(() => api.disconnect())

    it('connects and knows the chain', () => {
      equal(api.genesisHash.toHex(), node.genesisHash)
      equal(api.runtimeVersion.specName.toString(), 'phala')
      equal(String(api.registry.chainSS58), '30')
      deepEqual(api.registry.chainTokens, ['PHA'])
      deepEqual(api.registry.chainDecimals, [12])
    })

    it('reads constants and accounts', async () => {
      equal(api.consts['balances']?.['existentialDeposit']?.toString(), String(PHA / 100n))
      const account = JSON.parse(JSON.stringify(await api.query['system']?.['account']?.(ALICE)))
      equal(account.nonce, 0)
      ok(BigInt(account.data.free) > 0n)
      const entries = await api.query['system']?.['account']?.entries()
      ok((entries?.length ?? 0) >= 2)
    })

    it('transfers with sr25519 and watches to finality', async () => {
      const keyring = new Keyring({ type: 'sr25519', ss58Format: 30 })
      const before = await freeBalance(api, BOB)
      const statuses: string[] = []
      const events: string[] = []
      const transfer = api.tx['balances']?.['transferKeepAlive']?.(BOB, 3n * PHA)
      const blockHash = await new Promise<string>((resolve, reject) => {
        transfer
          ?.signAndSend(keyring.addFromUri('//Alice'), ({ status, events: records }) => {
            statuses.push(status.type)
            if (status.isInBlock) events.push(...records.map(({ event }) => `${event.section}.${event.method}`))
            if (status.isFinalized) resolve(status.asFinalized.toHex())
            if (status.isInvalid || status.isDropped) reject(new Error(status.type))
          })
          .catch(reject)
      })
      deepEqual(statuses, ['Ready', 'InBlock', 'Finalized'])
      ok(events.includes('balances.Transfer') && events.includes('system.ExtrinsicSuccess'))
      equal((await freeBalance(api, BOB)) - before, 3n * PHA)
      const at = await api.at(blockHash)
      const nonce = JSON.parse(JSON.stringify(await at.query['system']?.['account']?.(ALICE))).nonce
      equal(nonce, 1)
      const { block } = await api.rpc.chain.getBlock(blockHash)
      deepEqual(
        block.extrinsics.map(({ method }) => `${method.section}.${method.method}`),
        ['timestamp.set', 'balances.transferKeepAlive'],
      )
    })

    it('says the fee beforehand', async () => {
      const info = await api.tx['balances']?.['transferKeepAlive']?.(BOB, PHA).paymentInfo(ALICE)
      ok(info !== undefined && info.partialFee.toBigInt() > 0n)
    })

    it('subscribes to heads and to storage', async () => {
      const numbers: number[] = []
      await new Promise<void>((resolve) => {
        void api.rpc.chain.subscribeFinalizedHeads((header) => {
          numbers.push(header.number.toNumber())
          if (numbers.length === 2) resolve()
        })
      })
      equal(numbers[1], (numbers[0] ?? 0) + 1)
      const times: bigint[] = []
      const now = api.query['timestamp']?.['now']
      await new Promise<void>((resolve) => {
        void now?.((time: unknown) => {
          times.push(BigInt(String(time)))
          if (times.length === 2) resolve()
        })
      })
      ok((times[1] ?? 0n) > (times[0] ?? 0n))
    })

    it('is told why a transfer is refused', async () => {
      const keyring = new Keyring({ type: 'sr25519', ss58Format: 30 })
      const transfer = api.tx['balances']?.['transferKeepAlive']?.(BOB, PHA)
      const pauper = keyring.addFromUri('//Pauper')
      await rejects(Promise.resolve(transfer?.signAndSend(pauper)), /1010: Invalid Transaction: Payment/)
      const signed = await transfer?.signAsync(keyring.addFromUri('//Alice'), { nonce: 0 })
      await rejects(Promise.resolve(signed?.send()), /1010: Invalid Transaction: Stale/)
    })
  })

  it('reads over HTTP', async () => {
    const provider = new HttpProvider(`http://127.0.0.1:${node.port}`) as Provider
    const api = await ApiPromise.create({ provider, noInitWarn: true, throwOnConnect: true })
    ok((await freeBalance(api, ALICE)) > 0n)
    const header = await api.rpc.chain.getHeader()
    ok(header.number.toNumber() >= 1)
    equal((await api.rpc.chain.getBlockHash(0)).toHex(), node.genesisHash)
    await api.disconnect()
  })
})

async function freeBalance(api: ApiPromise, address: string): Promise<bigint> {
  const account = JSON.parse(JSON.stringify(await api.query['system']?.['account']?.(address)))
  return BigInt(account.data.free)
}

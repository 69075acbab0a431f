/** @polkadot/api over HTTP, and JSON-RPC batches as scripts post them. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PHA } from '@pha/runtime/pallets'
import { bootNode, type NodeProcess, until } from '@pha/testing'
import { ApiPromise, HttpProvider, Keyring } from '@polkadot/api'
import { freeBalance, type Provider, transaction } from './polkadot-js-client.ts'

const keyring = new Keyring({ type: 'sr25519', ss58Format: 30 })
const alice = keyring.addFromUri('//Alice')
const bob = keyring.addFromUri('//Bob')

describe('@polkadot/api over HTTP', () => {
  let node: NodeProcess
  let api: ApiPromise
  before(async () => {
    node = await bootNode()
    const provider = new HttpProvider(node.http) as Provider
    api = await ApiPromise.create({ provider, noInitWarn: true, throwOnConnect: true })
  })
  after(async () => {
    await api.disconnect()
    await node[Symbol.asyncDispose]()
  })

  it('reads state, headers and hashes', async () => {
    ok((await freeBalance(api, alice.address)) > 0n)
    equal((await api.rpc.chain.getHeader(node.genesis)).number.toNumber(), 0)
    equal((await api.rpc.chain.getBlockHash(0)).toHex(), node.genesis)
  })

  it('sends a transaction, which it cannot watch', async () => {
    const before = await freeBalance(api, bob.address)
    const hash = await transaction(api, 'balances.transferKeepAlive', bob.address, PHA).signAndSend(alice)
    equal(hash.toHex().length, 66)
    await until('the transfer is in a block', async () => (await freeBalance(api, bob.address)) === before + PHA)
    await rejects(async () => api.rpc.chain.subscribeNewHeads(() => {}))
  })

  it('answers a batch, each request with its own result or error', async () => {
    const request = (id: number, method: string, ...params: unknown[]) => ({ jsonrpc: '2.0', id, method, params })
    const body = JSON.stringify([
      request(1, 'chain_getBlockHash', 0),
      request(2, 'no_such'),
      request(3, 'system_accountNextIndex', bob.address),
      request(4, 'state_getStorage', 'nonsense'),
    ])
    const response = await fetch(node.http, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
    const answers: { id: number; result?: unknown; error?: { code: number } }[] = await response.json()
    deepEqual(
      answers.map(({ id, result, error }) => [id, result ?? error?.code]),
      [
        [1, node.genesis],
        [2, -32601],
        [3, 0],
        [4, -32602],
      ],
    )
  })
})

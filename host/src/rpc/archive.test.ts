import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromHex, toHex } from '@pha/core/codec'
import { Header, headerHash } from '@pha/core/protocol'
import { system } from '@pha/runtime/pallets'
import { alice, nextBlock, transfer } from '../node/test-node.ts'
import { rpcLimits } from './limits.ts'
import { nodeWithClient } from './test-client.ts'

const ACCOUNT = toHex(system.storage.account.key(alice.accountId))
const ACCOUNTS = toHex(system.storage.account.prefix())
const UNKNOWN = `0x${'00'.repeat(32)}`

const { node, client } = await nodeWithClient()

describe('archive_v1 and chainSpec_v1', () => {
  async function result(method: string, ...params: unknown[]): Promise<unknown> {
    const answer = await client.ask(method, ...params)
    equal(answer.error, undefined)
    return answer.result
  }

  /** All events of a read, up to its last one. */
  async function read(method: string, ...params: unknown[]) {
    const id = String(await result(method, ...params))
    const events = []
    for (;;) {
      const event = await client.event(id)
      events.push(event)
      if (/Done$|Error$/.test(event.event)) return events
    }
  }

  it('names the chain', async () => {
    equal(await result('chainSpec_v1_chainName'), 'Phala Test')
    equal(await result('chainSpec_v1_genesisHash'), node.genesisHash)
    deepEqual(await result('chainSpec_v1_properties'), { ss58Format: 30, tokenDecimals: 12, tokenSymbol: 'PHA' })
  })

  it('gives blocks by height and by hash, and null for what it does not have', async () => {
    equal(await result('archive_v1_genesisHash'), node.genesisHash)
    deepEqual(await result('archive_v1_hashByHeight', 0), [node.genesisHash])
    deepEqual(await result('archive_v1_hashByHeight', 4_000_000), [])
    const height = (await result('archive_v1_finalizedHeight')) as number
    const [hash] = (await result('archive_v1_hashByHeight', height)) as string[]
    const header = Header.decode(fromHex(String(await result('archive_v1_header', hash))))
    equal(toHex(headerHash(header)), hash)
    deepEqual(await result('archive_v1_body', hash), node.chain.block(fromHex(String(hash))).body.map(toHex))
    for (const method of ['archive_v1_header', 'archive_v1_body']) equal(await result(method, UNKNOWN), null)
    equal(await result('archive_v1_call', UNKNOWN, 'Core_version', '0x'), null)
  })

  it('calls the runtime of a block, and says why it refuses', async () => {
    const value = toHex(node.chain.call('Core_version', new Uint8Array(), node.chain.genesisHash))
    deepEqual(await result('archive_v1_call', node.genesisHash, 'Core_version', '0x'), { success: true, value })
    for (const method of ['No_such', 'Core_execute_block']) {
      const refused = (await result('archive_v1_call', node.genesisHash, method, '0x')) as { success: boolean }
      equal(refused.success, false)
    }
  })

  it('streams storage, from a key on where asked', async () => {
    const all = [...node.chain.trieAt(node.chain.genesisHash).entries(fromHex(ACCOUNTS))].map(([key]) => toHex(key))
    const events = await read('archive_v1_storage', node.genesisHash, [
      { key: ACCOUNTS, type: 'descendantsHashes' },
      { key: ACCOUNTS, type: 'descendantsValues', paginationStartKey: all[0] },
      { key: ACCOUNT, type: 'closestDescendantMerkleValue' },
    ])
    deepEqual(
      events.map(({ event, key }) => [event, key]),
      [...[...all, ...all.slice(1), ACCOUNT].map((key) => ['storage', key]), ['storageDone', undefined]],
    )
    equal((await read('archive_v1_storage', UNKNOWN, [])).at(-1)?.event, 'storageError')
  })

  it('tells what changed between two blocks', async () => {
    const included = nextBlock(node, ({ block }) => block.body.length > 1)
    await node.pool.submit(transfer(node, alice, 0))
    const { hash } = await included
    const receiver = toHex(system.storage.account.key(new Uint8Array(32).fill(1)))
    const accounts = [{ key: ACCOUNTS, returnType: 'value' }]
    const events = await read('archive_v1_storageDiff', toHex(hash), accounts)
    const types = new Map(events.map((event) => [event['key'], event['type']]))
    equal(types.get(ACCOUNT), 'modified')
    equal(types.get(receiver), 'added')
    equal(events.at(-1)?.event, 'storageDiffDone')
    equal(
      events.find(({ key }) => key === ACCOUNT)?.['value'],
      toHex(node.chain.trieAt(hash).get(fromHex(ACCOUNT)) ?? hash),
    )
    // From genesis, and all keys: a superset.
    const whole = await read('archive_v1_storageDiff', toHex(hash), null, node.genesisHash)
    const keys = new Set(whole.map(({ key }) => key))
    ok(events.every(({ key }) => keys.has(key)))
    const hashes = await read('archive_v1_storageDiff', toHex(hash), [{ returnType: 'hash', childTrieKey: '0x01' }])
    equal(hashes.length, 1)
    const backwards = await read('archive_v1_storageDiff', node.genesisHash, null, toHex(hash))
    equal(backwards.at(-1)?.event, 'storageDiffError')
  })

  it('bounds the reads of a connection, and frees one that is stopped', async () => {
    const request = { jsonrpc: '2.0', method: 'archive_v1_storage', params: [node.genesisHash, []] }
    const batch = Array.from({ length: rpcLimits.archiveReads + 1 }, (_, i) => ({ ...request, id: `batch-${i}` }))
    client.socket.send(JSON.stringify(batch))
    const isBatch = (message: object): message is { error?: { code: number } }[] => Array.isArray(message)
    while (!client.received.some(isBatch)) await result('system_chain')
    const answers = client.received.find(isBatch)
    equal(answers?.at(-1)?.error?.code, -32006)
    equal(answers?.filter(({ error }) => error !== undefined).length, 1)
    const id = await result('archive_v1_storage', node.genesisHash, [{ key: '0x', type: 'descendantsValues' }])
    equal(await result('archive_v1_stopStorage', id), null)
    equal((await read('archive_v1_storage', node.genesisHash, [])).at(-1)?.event, 'storageDone')
  })
})

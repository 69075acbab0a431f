/** Clients that stay connected while the runtime is replaced three times, and indexers that read all of its blocks. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { deriveDevAccount } from '@pha/core/crypto'
import { buildRuntime } from '@pha/host/runtime'
import { PHA, RUNTIME_VERSION } from '@pha/runtime/pallets'
import { bootNode, type NodeProcess, until } from '@pha/testing'
import { Keyring } from '@polkadot/api'
import { createClient, Enum, type PolkadotClient } from 'polkadot-api'
import { getWsProvider } from 'polkadot-api/ws'
import { signerOf } from './papi-suite.ts'
import { type Connection, connect, freeBalance, sendAndWait, transaction } from './polkadot-js-client.ts'
import { indexBlocks } from './subsquid-run.ts'

const keyring = new Keyring({ type: 'sr25519', ss58Format: 30 })
const alice = keyring.addFromUri('//Alice')
const bob = keyring.addFromUri('//Bob')
const VERSIONS = [1_001, 1_002, 1_003]

const codeOf = (specVersion: number) =>
  buildRuntime({
    replaced: {
      'runtime/src/pallets/system/spec-version.ts': `testing/src/runtimes/spec-version-${specVersion}.ts`,
    },
  })

describe('clients over three upgrades in a row', () => {
  let node: NodeProcess
  let connection: Connection
  let client: PolkadotClient
  const codes: Uint8Array[] = []
  before(async () => {
    for (const version of VERSIONS) codes.push(await codeOf(version))
    node = await bootNode()
    connection = await connect(node.ws)
    client = createClient(getWsProvider(node.ws))
  })
  after(async () => {
    client.destroy()
    await connection[Symbol.asyncDispose]()
    await node[Symbol.asyncDispose]()
  })

  it('lets @polkadot/api and polkadot-api go on, and an indexer read the blocks of every version', async () => {
    const { api } = connection
    const unsafe = client.getUnsafeApi()
    const carol = signerOf(deriveDevAccount('//Charlie'))
    const papiSends = async (): Promise<boolean> => {
      const call = unsafe.tx['Balances']?.['transfer_keep_alive']
      ok(call !== undefined)
      return (await call({ dest: Enum('Id', bob.address), value: PHA }).signAndSubmit(carol)).ok
    }
    equal(await papiSends(), true)
    const old = await api.rpc.chain.getFinalizedHead()
    const before = await freeBalance(api, bob.address)

    for (const [index, version] of VERSIONS.entries()) {
      const setCode = transaction(api, 'system.setCode', toHex(codes[index] ?? new Uint8Array()))
      const { error } = await sendAndWait(api, transaction(api, 'sudo.sudo', setCode), alice)
      equal(error, undefined)
      await until(`@polkadot/api sees ${version}`, () => api.runtimeVersion.specVersion.toNumber() === version)
      const moved = await sendAndWait(api, transaction(api, 'balances.transferKeepAlive', bob.address, PHA), alice)
      equal(moved.error, undefined)
      equal(await papiSends(), true)
      const seen = await unsafe.apis['Core']?.['version']?.()
      equal((seen as { spec_version: number }).spec_version, version)
    }
    equal((await freeBalance(api, bob.address)) - before, 6n * PHA)

    const then = await api.at(old)
    equal(then.runtimeVersion.specVersion.toNumber(), RUNTIME_VERSION.specVersion)
    equal(await freeBalance(then, bob.address), before)

    const last = (await api.rpc.chain.getHeader()).number.toNumber()
    const blocks = await indexBlocks(node.http, 0, last)
    equal(blocks.length, last + 1)
    deepEqual([...new Set(blocks.map(({ specVersion }) => specVersion))], [RUNTIME_VERSION.specVersion, ...VERSIONS])
    const transfers = blocks.flatMap(({ events }) => events.filter(({ name }) => name === 'Balances.Transfer'))
    equal(transfers.length, 7)
  })
})

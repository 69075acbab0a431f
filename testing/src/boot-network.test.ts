import { deepEqual, equal, ok } from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { gatekeepers, registry } from '@pha/runtime/pallets'
import { bootNetwork, type TestNetwork } from './boot-network.ts'
import { type ChannelRecorder, recordChannel } from './record-channel.ts'
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts'
import { until } from './until.ts'

describe('a booted network', () => {
  let network: TestNetwork
  let recordings: TemporaryFolder
  let recorder: ChannelRecorder
  before(async () => {
    recordings = await temporaryFolder()
    recorder = await recordChannel(join(recordings.path, 'worker-2'))
    network = await bootNetwork({
      record: true,
      enclaveCommand: (name) => (name === 'worker-2' ? recorder.command : undefined),
    })
  })
  after(async () => {
    await network[Symbol.asyncDispose]()
    await recordings[Symbol.asyncDispose]()
  })

  const worker = (i: number) => network.workers[i] as TestNetwork['workers'][number]

  it('has a gatekeeper group and three active workers at the addresses that they serve', () => {
    const state = network.node.running.chain.trieAt()
    const group = gatekeepers.storage.group.decode(state.get(gatekeepers.storage.group.key()))
    deepEqual(group?.members[0]?.identity, network.gatekeepers[0]?.identity())
    for (const { identity, url, operator } of network.workers) {
      const record = registry.storage.workers.decode(state.get(registry.storage.workers.key(identity())))
      equal(record?.status.type, 'Active')
      equal(record?.endpoint, url)
      deepEqual(record?.operator, operator.accountId)
    }
  })

  it('answers over HTTP what it runs', async () => {
    const { role, status, enclave } = await (await fetch(`${worker(0).url}/status`)).json()
    deepEqual([role, status.kind, status.registered], ['worker', 'Worker', true])
    equal(status.identity, toHex(worker(0).identity()))
    equal(enclave.pid, worker(0).running.enclavePid())
  })

  it('keeps what passed on its sockets, and between a host and its enclave', async () => {
    const identity = worker(1).identity()
    ok(network.recorders.some(({ saw }) => saw(identity)))
    const { toEnclave, fromEnclave } = await recorder.recorded()
    ok(fromEnclave.includes(identity))
    ok(toEnclave.length > 1_000)
  })

  it('starts a killed enclave again, as the same worker', async () => {
    const { running, identity } = worker(0)
    const before = running.enclavePid()
    ok(before)
    process.kill(before, 'SIGKILL')
    await until('it is back', () => running.enclavePid() !== undefined && running.enclavePid() !== before)
    await until(
      'it is back',
      async () => (await (await fetch(`${worker(0).url}/status`)).json()).status?.registered === true,
    )
    equal((await (await fetch(`${worker(0).url}/status`)).json()).status.identity, toHex(identity()))
  })

  it('takes a stopped host back with its identity, without registering anew', async () => {
    const before = worker(2).identity()
    const registeredAt = registrationBlock(before)
    await worker(2).stop()
    await worker(2).start()
    deepEqual(await worker(2).running.ready, before)
    equal(registrationBlock(before), registeredAt)
  })

  it('goes on after its node was stopped', async () => {
    const height = network.node.running.chain.head.block.header.number
    await network.node.stop()
    await network.node.start()
    await until('it is back', () => network.node.running.chain.head.block.header.number > height)
    await until('it is back', async () => {
      const { status, node } = await (await fetch(`${worker(0).url}/status`)).json()
      return node.connected && status?.block > height
    })
  })

  it('keeps its files together, and no keys in its blobs', async () => {
    deepEqual((await readdir(network.folder)).sort(), ['hosts', 'node'])
    deepEqual((await readdir(worker(0).dataDir)).sort(), ['blobs', 'snapshots', 'store'])
  })

  function registrationBlock(identity: Uint8Array): number | undefined {
    const state = network.node.running.chain.trieAt()
    return registry.storage.workers.decode(state.get(registry.storage.workers.key(identity)))?.registeredAt
  }
})

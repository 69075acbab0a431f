import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { choosePort, type DevNetwork, startDevNetwork } from '@pha/host/dev'
import { gatekeepers } from '@pha/runtime/pallets'
import { type Client, createClient, getStatus, readStorage } from '@pha/sdk'
import { builtEnclaves, type TemporaryFolder, temporaryFolder, until } from '../src/index.ts'
import { type DeployedTally, deployTally } from './deploy-tally.ts'
import { isRunning } from './processes.ts'
import { serving, totalAt } from './serving-replicas.ts'

const GRACE_MS = 10_000

describe('a network that was stopped as a whole', () => {
  let folder: TemporaryFolder
  let ports: { readonly node: number; readonly gatekeepers: readonly number[]; readonly workers: readonly number[] }
  let network: DevNetwork
  let client: Client
  let deployed: DeployedTally
  let known: { readonly genesisHash: string; readonly groupKey: Uint8Array; readonly block: number }
  before(async () => {
    folder = await temporaryFolder()
    const [node = 0, ...others] = await Promise.all([0, 0, 0, 0, 0, 0, 0].map(choosePort))
    ports = { node, gatekeepers: others.slice(0, 3), workers: others.slice(3) }
    network = await start()
    client = createClient({ url: network.nodeUrl })
    deployed = await deployTally(client)
    await deployed.tally.job.add({ amount: 1n, note: '' })
    known = await chainFacts()
  })
  after(async () => {
    client?.close()
    await network?.[Symbol.asyncDispose]()
    await folder?.[Symbol.asyncDispose]()
  })

  it('goes on where it was, after all were asked to end', async () => {
    const pids = await pidsOf(network)
    const began = performance.now()
    await network[Symbol.asyncDispose]()
    ok(performance.now() - began < GRACE_MS)
    deepEqual(pids.filter(isRunning), [])
    network = await start()
    await goesOn({ before: 1n })
  })

  it('goes on where it was, after all were killed at once', async () => {
    const pids = await pidsOf(network)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    await network[Symbol.asyncDispose]()
    await until('all ended', () => !pids.some(isRunning))
    network = await start()
    await goesOn({ before: 2n })
  })

  /** Same chain, same state, new commands settle, and the gatekeepers still have what they make keys of. */
  async function goesOn({ before: total }: { readonly before: bigint }): Promise<void> {
    const { genesisHash, groupKey, block } = await chainFacts()
    deepEqual({ genesisHash, groupKey }, { genesisHash: known.genesisHash, groupKey: known.groupKey })
    ok(block >= known.block)
    await everyReplicaSays(deployed, total)
    await deployed.tally.job.add({ amount: 1n, note: '' })
    await everyReplicaSays(deployed, total + 1n)

    const another = await deployTally(client)
    await another.tally.job.add({ amount: 9n, note: '' })
    await everyReplicaSays(another, 9n)
    known = await chainFacts()
  }

  async function everyReplicaSays({ contract }: DeployedTally, total: bigint): Promise<void> {
    for (const url of network.workerUrls) {
      const { identity } = await serving(client, url, contract)
      equal(await totalAt(client, identity, contract), total)
    }
  }

  async function chainFacts() {
    const { genesisHash, block } = await getStatus(client)
    const group = await readStorage(client, gatekeepers.storage.group, [])
    if (group === undefined) throw new Error('there is no gatekeeper group')
    return { genesisHash, groupKey: group.publicKey, block: block.number }
  }

  async function start(): Promise<DevNetwork> {
    const { worker, gatekeeper } = await builtEnclaves()
    return startDevNetwork({
      dataDir: folder.path,
      workerBundle: worker.file,
      gatekeeperBundle: gatekeeper.file,
      measurements: { worker: worker.measurement, gatekeeper: gatekeeper.measurement },
      gatekeepers: 3,
      ports,
    })
  }
})

async function pidsOf(network: DevNetwork): Promise<readonly number[]> {
  const processes = await network.processes()
  equal(processes.length, 11)
  return processes.map(({ pid }) => pid)
}

import { deepEqual, equal, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { equalBytes, toHex } from '@pha/core/codec'
import { topics } from '@pha/core/protocol'
import { contracts, Group } from '@pha/runtime/pallets'
import { type Client, createClient, deriveDevAccount, getContract, sendCall, waitForReply } from '@pha/sdk'
import { bootNetwork, type NetworkHost, type TestNetwork } from '@pha/testing'
import { builtEnclaves } from '../src/built-enclaves.ts'
import { type DeployedTally, deployTally } from './deploy-tally.ts'
import { groupOf, passBlocksUntil, QUICK_BLOCKS } from './gatekeeper-network.ts'

const alice = deriveDevAccount('//Alice')
const BURGLAR = fileURLToPath(new URL('../../enclave/src/testing/burglar/main.ts', import.meta.url))
const CLI = fileURLToPath(new URL('../../client/cli/src/main.ts', import.meta.url))

/** As `pha keys blast-radius --json` prints it. */
interface Printed {
  readonly radius: {
    readonly hasRoot: boolean
    readonly contracts: readonly {
      readonly contract: string
      readonly epochs: readonly { readonly epoch: number; readonly sealed: Amount }[]
      readonly closed: Amount
      readonly deltas: number
    }[]
  }
  readonly sum: Amount & { readonly contracts: number }
  readonly threshold: Amount & { readonly contracts: number }
}
interface Amount {
  readonly commands: string
  readonly bytes: string
}

interface Loot {
  readonly contracts: readonly {
    readonly contract: string
    readonly epochs: readonly { readonly epoch: number; readonly commands: number; readonly bytes: number }[]
    readonly deltas: readonly number[]
    readonly snapshots: readonly number[]
  }[]
  readonly releases: number
  readonly dealings: number
}

describe('the blast radius is what a theft opens', () => {
  let network: TestNetwork
  let client: Client
  /** On the worker that is robbed, with a closed epoch; and on another worker. */
  let robbed: DeployedTally
  let other: DeployedTally
  let victim: NetworkHost

  before(async () => {
    network = await bootNetwork({ workers: 3, gatekeepers: 5, threshold: 3, blockIntervalMs: QUICK_BLOCKS })
    client = createClient({ url: network.nodeUrl })
    robbed = await deployTally(client, { replicas: 1 })
    victim = await hostOf(robbed)
    do other = await deployTally(client, { replicas: 1 })
    while ((await hostOf(other)) === victim)
    await use(robbed, 'before', 'a longer note, before')
    await use(other, 'of another')
    const call = contracts.calls.rotateKey.encode({ contract: robbed.contract })
    await sendCall(client, { call, signer: alice })
    await passBlocksUntil(client, 'the first epoch is closed', async () => {
      const { keyEpochs } = await getContract(client, robbed.contract)
      return keyEpochs?.inForce === 1 && keyEpochs.previous === undefined
    })
    await use(robbed, 'now', 'a much longer note, as long as the new epoch is in force', 'and more')
  })
  after(async () => {
    client?.close()
    await network?.[Symbol.asyncDispose]()
  })

  it('of a worker with two of three needed gatekeepers: exactly what is printed of the worker, and nothing closed', async () => {
    const printed = await print(toHex(victim.identity()))
    equal(printed.radius.hasRoot, false)
    const [bound] = printed.radius.contracts.filter(({ contract }) => contract === toHex(robbed.contract))
    ok(bound !== undefined)
    const [epoch] = bound.epochs
    deepEqual([bound.epochs.length, epoch?.epoch, epoch?.sealed.commands], [1, 1, '3'])

    const accomplices = network.gatekeepers.slice(0, 2)
    // It erases the keys of before when it has told its host a snapshot, some moments later.
    const loot = await passBlocksUntil(client, 'the worker has erased the keys of before', async () => {
      const found = await steal([victim, ...accomplices])
      return lootOf(found, robbed).epochs.length === 1 && found
    })
    deepEqual(asPrinted(loot, robbed), sealedIn(bound))
    const { deltas, snapshots } = lootOf(loot, robbed)
    ok(deltas.length > 0 && deltas.length <= bound.deltas, `${deltas.length} of ${bound.deltas} deltas`)
    ok(snapshots.length > 0)
    for (const { contract, epochs, deltas } of loot.contracts) {
      const isPrinted = printed.radius.contracts.some((one) => one.contract === contract)
      equal(epochs.length + deltas.length > 0, isPrinted, contract)
    }
    deepEqual([loot.releases, loot.dealings], [0, 0])
  })

  it('of two of three needed gatekeepers: nothing, as is printed of each', async () => {
    for (const gatekeeper of network.gatekeepers.slice(0, 2)) {
      const { radius, sum } = await print(toHex(gatekeeper.identity()))
      deepEqual([radius.hasRoot, sum.contracts], [false, 0])
    }
    const loot = await steal(network.gatekeepers.slice(0, 2))
    deepEqual(
      loot.contracts.flatMap(({ epochs, deltas, snapshots }) => [...epochs, ...deltas, ...snapshots]),
      [],
    )
    deepEqual([loot.releases, loot.dealings], [0, 0])
  })

  it('of three gatekeepers: everything, closed epochs too, exactly as is printed', async () => {
    const { radius, threshold } = await print('--vendor', 'Simulated')
    equal(radius.hasRoot, true)
    const loot = await steal(network.gatekeepers.slice(1, 4))
    for (const bound of radius.contracts) {
      const found = loot.contracts.find(({ contract }) => contract === bound.contract)
      const [live, closed] = [bound.epochs.map(({ sealed }) => sealed), bound.closed]
      const commands = [...live, closed].reduce((sum, one) => sum + Number(one.commands), 0)
      const bytes = [...live, closed].reduce((sum, one) => sum + Number(one.bytes), 0)
      deepEqual(
        {
          commands: found?.epochs.reduce((sum, one) => sum + one.commands, 0),
          bytes: found?.epochs.reduce((sum, one) => sum + one.bytes, 0),
        },
        { commands, bytes },
      )
    }
    deepEqual(
      lootOf(loot, robbed).epochs.map(({ epoch }) => epoch),
      [0, 1],
    )
    const all = loot.contracts.flatMap(({ epochs }) => epochs).reduce((sum, { bytes }) => sum + bytes, 0)
    deepEqual([String(all), String(loot.contracts.length)], [threshold.bytes, String(threshold.contracts)])
  })

  async function hostOf({ contract }: DeployedTally): Promise<NetworkHost> {
    const { replicas } = await getContract(client, contract)
    const host = network.workers.find((worker) => replicas.some((replica) => equalBytes(replica, worker.identity())))
    if (host === undefined) throw new Error('no worker has this contract')
    return host
  }

  async function use({ tally }: DeployedTally, ...notes: readonly string[]): Promise<void> {
    for (const note of notes) await waitForReply(client, await tally.send.add({ amount: 1n, note }))
  }

  async function print(...args: readonly string[]): Promise<Printed> {
    const command = [CLI, '--json', '--url', network.nodeUrl, 'keys', 'blast-radius', ...args]
    return JSON.parse((await promisify(execFile)(process.execPath, command)).stdout)
  }

  /** All that is sealed, on chain and in blobs, before whoever has the disks and sealing keys of these hosts. */
  async function steal(hosts: readonly NetworkHost[]): Promise<Loot> {
    const { worker, gatekeeper } = await builtEnclaves()
    const { hash } = await client.chain.genesis(AbortSignal.timeout(10_000))
    const stores = hosts.map((host) => {
      const isWorker = network.workers.includes(host)
      const kind = isWorker ? 'Worker' : 'Gatekeeper'
      return { store: join(host.dataDir, 'store'), kind, bundle: (isWorker ? worker : gatekeeper).file }
    })
    const targets = (await print('--vendor', 'Simulated')).radius.contracts.map(({ contract }) => contract)
    const haul = {
      genesis: toHex(hash),
      group: toHex(Group.encode(await groupOf(client))),
      stores,
      contracts: await Promise.all(targets.map(targetOf)),
      releases: (await Promise.all(network.workers.map((one) => messagesOf(topics.worker(one.identity()))))).flat(),
      ceremonies: await messagesOf(topics.gatekeepers),
      blobs: (await Promise.all(network.workers.map(blobsOf))).flat(),
    }
    const running = promisify(execFile)(process.execPath, [BURGLAR], { maxBuffer: 2 ** 26 })
    running.child.stdin?.end(JSON.stringify(haul))
    return JSON.parse((await running).stdout)
  }

  async function targetOf(contract: string) {
    const id = Buffer.from(contract.slice(2), 'hex')
    const { epoch, progress } = await getContract(client, new Uint8Array(id))
    const messages = await messagesOf(topics.contract(new Uint8Array(id)))
    return { contract, epochs: epoch + 1, batches: progress?.batch ?? 0, messages }
  }

  async function messagesOf(topic: Uint8Array): Promise<string[]> {
    const all: string[] = []
    for (;;) {
      const params = [toHex(topic), String(all.length + 1), 256]
      const page = (await client.rpc.request('pha_messages', params, AbortSignal.timeout(10_000))) as string[]
      if (page.length === 0) return all
      all.push(...page)
    }
  }

  async function blobsOf({ dataDir }: NetworkHost): Promise<string[]> {
    const folder = join(dataDir, 'blobs')
    const names = await readdir(folder, { recursive: true }).catch(() => [])
    const blobs = await Promise.all(names.map((name) => readFile(join(folder, name)).catch(() => undefined)))
    return blobs.flatMap((blob) => (blob === undefined ? [] : [toHex(new Uint8Array(blob))]))
  }

  function lootOf({ contracts: all }: Loot, { contract }: DeployedTally): Loot['contracts'][number] {
    const found = all.find((one) => one.contract === toHex(contract))
    if (found === undefined) throw new Error('the contract was not tried')
    return found
  }

  const asPrinted = (loot: Loot, deployed: DeployedTally) =>
    lootOf(loot, deployed).epochs.map(({ epoch, commands, bytes }) => [epoch, String(commands), String(bytes)])

  const sealedIn = ({ epochs }: Printed['radius']['contracts'][number]) =>
    epochs.map(({ epoch, sealed }) => [epoch, sealed.commands, sealed.bytes])
})

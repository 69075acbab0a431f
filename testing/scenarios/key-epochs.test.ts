import { deepEqual, equal, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { fromHex, toHex } from '@pha/core/codec'
import { ContractMessage, cidOf, type KeyEpochs, TopicMessage, topics } from '@pha/core/protocol'
import { contracts } from '@pha/runtime/pallets'
import {
  type Client,
  createClient,
  deriveDevAccount,
  getContract,
  readStorage,
  type SentCommand,
  sendCall,
} from '@pha/sdk'
import { seededRandom } from '../campaigns/scale/random.ts'
import { builtEnclaves } from '../src/built-enclaves.ts'
import { bootProcesses, type ProcessNetwork, until } from '../src/index.ts'
import { type DeployedTally, deployTally } from './deploy-tally.ts'
import { workerStatus } from './serving-replicas.ts'
import { TallyUsers } from './tally-users.ts'

const alice = deriveDevAccount('//Alice')
const THIEF = fileURLToPath(new URL('../../enclave/src/testing/thief/main.ts', import.meta.url))

describe('keys of a contract are replaced while people use it', () => {
  let network: ProcessNetwork
  let client: Client
  let deployed: DeployedTally
  let users: TallyUsers

  before(async () => {
    network = await bootProcesses({ workers: 4 })
    client = createClient({ url: network.nodeUrl })
    deployed = await deployTally(client)
    const people = ['//Alice', '//Bob', '//Charlie']
    users = new TallyUsers({ client, deployed, workerUrls: network.workerUrls, people })
  })
  after(async () => {
    client?.close()
    await network?.[Symbol.asyncDispose]()
  })

  it('no command is lost, and all answers are right', async () => {
    await users.whileInUse(async () => {
      await rotate()
      await closed(1)
    })
    const { keyEpochs, commandKey } = await getContract(client, deployed.contract)
    deepEqual([keyEpochs?.inForce, keyEpochs?.previous, commandKey?.epoch], [1, undefined, 1])
    await users.allIsRight()
  })

  it('who then takes the disk and the sealing key of a worker opens what is sealed now, and nothing from before', async () => {
    const [first] = users.sent as [SentCommand]
    const now = await users.add('now')
    const worker = await until('a replica has erased the former keys', async () => {
      for (const [i, url] of network.workerUrls.entries()) {
        const served = (await workerStatus(url))?.contracts.some(
          ({ contract }) => contract === toHex(deployed.contract),
        )
        if (served && (await logOf(i + 1)).includes('keys of former epochs are erased')) return i + 1
      }
      return undefined
    })
    const commands = await Promise.all([first, now].map(sealedCommand))
    deepEqual(
      commands.map(({ epoch }) => epoch),
      [0, 1],
    )
    const { progress } = await getContract(client, deployed.contract)
    // Two replicas settle a batch; this one may be the third.
    const deltas = await Promise.all(
      [2, progress?.batch ?? 0].map((batch) => until('its delta is here', () => deltaOf(worker, batch))),
    )
    const opened = await thief(worker, { commands, deltas })
    deepEqual(opened, { epochs: [1], commands: [false, true], deltas: [false, true] })
  })

  it('a replica is replaced in the middle: the newcomer takes part, the one who left has nothing', async () => {
    await rotate()
    const { replicas } = await getContract(client, deployed.contract)
    const [replica] = replicas as [Uint8Array]
    const before = await epochs()
    await users.whileInUse(async () => {
      const call = contracts.calls.replaceReplica.encode({ contract: deployed.contract, replica })
      await sendCall(client, { call, signer: alice })
      // The one that was asked for, and the one for who left.
      await closed(before.inForce + 2)
    })
    await users.allIsRight()
    for (const [i, url] of network.workerUrls.entries()) {
      const { identity, contracts: served = [] } = (await workerStatus(url)) ?? {}
      if (identity !== toHex(replica)) continue
      equal(served.length, 0)
      deepEqual((await thief(i + 1, { commands: [], deltas: [] })).epochs, [])
    }
  })

  it('processes are killed at random moments of a rotation, and it ends all the same', async (test) => {
    const seed = randomInt(2 ** 31)
    test.diagnostic(`seed ${seed}`)
    const random = seededRandom(seed, 'rotation')
    const names = (await network.processes()).map(({ name }) => name).filter((name) => name !== 'node')
    const target = (await epochs()).inForce + 1
    let killed = 0
    await users.whileInUse(async () => {
      await rotate()
      while (!(await isClosed(target))) {
        if (killed < 12) {
          const name = names[random.below(names.length)] as string
          const pid = await network.kill(name).catch(() => 0)
          if (pid !== 0) killed++
        }
        await sleep(random.below(2_500))
      }
    })
    ok(killed >= 3, `${killed} killed`)
    test.diagnostic(`${killed} processes killed`)
    await users.allIsRight()
  })

  const epochs = async (): Promise<KeyEpochs> => {
    const { keyEpochs } = await getContract(client, deployed.contract)
    if (keyEpochs === undefined) throw new Error('the contract has no epochs')
    return keyEpochs
  }

  async function rotate(): Promise<void> {
    const call = contracts.calls.rotateKey.encode({ contract: deployed.contract })
    await sendCall(client, { call, signer: alice })
  }

  async function isClosed(epoch: number): Promise<boolean> {
    const { inForce, previous } = await epochs()
    return inForce >= epoch && previous === undefined
  }

  /** Longer than one `until`: an overlap takes 40 blocks. */
  async function closed(epoch: number): Promise<void> {
    const end = performance.now() + 240_000
    while (!(await isClosed(epoch).catch(() => false))) {
      if (performance.now() > end) throw new Error(`epoch ${epoch} was not reached: ${JSON.stringify(await epochs())}`)
      await sleep(200)
    }
  }

  /** What was sealed, as everybody reads it in the topic. */
  async function sealedCommand({ contract, sequence }: SentCommand) {
    const topic = toHex(topics.contract(contract))
    const signal = AbortSignal.timeout(10_000)
    const [encoded] = (await client.rpc.request('pha_messages', [topic, String(sequence), 1], signal)) as [string]
    const { payload, sender } = TopicMessage.decode(fromHex(encoded))
    const message = ContractMessage.decode(payload)
    if (message.type !== 'Command' || sender.type !== 'Account') throw new Error('no command')
    const { epoch, sealed } = message.value
    return { epoch, sender: toHex(sender.value), sealed: toHex(sealed) }
  }

  async function deltaOf(worker: number, batch: number) {
    const final = await readStorage(client, contracts.storage.commits, [deployed.contract, batch])
    const cid = final?.commit.deltaCid ?? new Uint8Array()
    const folder = join(network.folder, 'hosts', `worker-${worker}`, 'blobs')
    for (const name of await readdir(folder, { recursive: true })) {
      const bytes = await readFile(join(folder, name)).catch(() => undefined)
      if (bytes !== undefined && toHex(cidOf(new Uint8Array(bytes))) === toHex(cid)) {
        return { batch, blob: toHex(new Uint8Array(bytes)) }
      }
    }
    throw new Error(`worker ${worker} has no delta of batch ${batch}`)
  }

  async function thief(
    worker: number,
    haul: { readonly commands: readonly unknown[]; readonly deltas: readonly unknown[] },
  ): Promise<{ readonly epochs: number[]; readonly commands: boolean[]; readonly deltas: boolean[] }> {
    const { hash } = await client.chain.genesis(AbortSignal.timeout(10_000))
    const store = join(network.folder, 'hosts', `worker-${worker}`, 'store')
    const bundle = (await builtEnclaves()).worker.file
    const input = JSON.stringify({ ...haul, store, bundle, genesis: toHex(hash), contract: toHex(deployed.contract) })
    const running = promisify(execFile)(process.execPath, [THIEF])
    running.child.stdin?.end(input)
    return JSON.parse((await running).stdout)
  }

  function logOf(worker: number): Promise<string> {
    return readFile(join(network.folder, 'logs', `worker-${worker}.log`), 'utf8')
  }
})

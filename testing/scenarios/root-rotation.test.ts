import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, describe, it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { contracts, type Group, gatekeepers, type RotationProgress, rotationProgress } from '@pha/runtime/pallets'
import {
  type Client,
  createClient,
  deployContract,
  deriveDevAccount,
  getContract,
  getRootRotation,
  readStorage,
} from '@pha/sdk'
import { bootNetwork, type NetworkHost, type TestNetwork, until } from '@pha/testing'
import { burgle, type Loot, lootOf } from './burglary.ts'
import { type DeployedTally, deployTally } from './deploy-tally.ts'
import { govern, groupOf, inBlock, kill, stateOf } from './gatekeeper-network.ts'
import { TallyUsers } from './tally-users.ts'

const CLI = fileURLToPath(new URL('../../client/cli/src/main.ts', import.meta.url))
const rotateRoot = gatekeepers.calls.rotateRoot.encode({})
/** A command takes some blocks of 250 ms. A busy machine has stood still for 13 s; who is refused waits for two minutes. */
const LONGEST_WAIT_MS = 60_000

describe('governance replaces the root while people use contracts', () => {
  let network: TestNetwork
  let client: Client
  let first: Group
  let used: readonly DeployedTally[]
  let users: readonly TallyUsers[]
  /** What three gatekeepers' disks open while the first root is in office. */
  let early: Loot

  before(async () => {
    network = await bootNetwork({ workers: 3, gatekeepers: 5, threshold: 3, record: true })
    client = createClient({ url: network.nodeUrl })
    first = await groupOf(client)
    used = [await deployTally(client), await deployTally(client)]
    const workerUrls = network.workers.map(({ url }) => url)
    const people = [['//Alice', '//Bob'], ['//Charlie']]
    users = used.map((deployed, i) => {
      return new TallyUsers({ client, deployed, workerUrls, people: people[i] ?? [], asks: true })
    })
    for (const each of users) await each.add('before')
    await deployYoung()
  })
  after(async () => {
    client?.close()
    await network?.[Symbol.asyncDispose]()
  })

  it('commands and queries are served all the time, and the chain shows the percentage, from 0 to 100', async (test) => {
    const seen = watchProgress()
    await whileInUse(test, async () => {
      early = await burglary(first, network.gatekeepers.slice(0, 3))
      await govern(client, rotateRoot)
      await retired(1)
    })
    const percents = seen.map(({ percent }) => percent)
    test.diagnostic(`percent: ${[...new Set(percents)].join(', ')}, in ${percents.length} blocks`)
    deepEqual(
      percents,
      percents.toSorted((left, right) => left - right),
    )
    // The young contract moves at once: nobody was released a key of it.
    deepEqual([percents[0], percents.includes(33), percents.at(-1)], [0, true, 100])

    const rotation = seen.at(-1)
    const { block, ...proven } = (await getRootRotation(client)) ?? {}
    deepEqual(proven, rotation)
    const shown = await client.rpc.request('pha_rootRotation', [], AbortSignal.timeout(10_000))
    deepEqual(shown, { ...rotation, contracts: '3', done: '3' })
    const { stdout } = await promisify(execFile)(process.execPath, [CLI, '--url', network.nodeUrl, 'keys', 'rotation'])
    ok(stdout.startsWith(`root 2 replaced root 1: 100 % done at block ${rotation?.retiredAt}\n`), stdout)

    const group = await groupOf(client)
    deepEqual([group.root, group.sharing, group.members.length], [2, 1, 5])
    notDeepEqual(group.publicKey, first.publicKey)
    equal(await readStorage(client, gatekeepers.storage.formerGroup, []), undefined)
  })

  it('who then takes the disks of all gatekeepers and workers opens what is sealed now, and nothing from before', async () => {
    for (const each of users) await each.add('now')
    const everyone = [...network.gatekeepers, ...network.workers]
    // They erase some moments after the chain has retired the root, and closed the last epoch with its keys.
    await until('nobody has anything of before', async () => {
      const loot = await burglary(first, everyone, () => false)
      return used.every(({ contract }) => epochsIn(loot, contract).join() === '1')
    })
    const turns = await Promise.all(used.map(({ contract }) => firstBatchOf(contract)))
    const isNearTurn = (batch: number): boolean => turns.some((turn) => Math.abs(batch - turn) <= 2) || batch <= 2
    const ofFormer = await burglary(first, everyone, isNearTurn)
    const isRecent = (batch: number): boolean => batch >= Math.max(...turns) - 1
    const ofCurrent = await burglary(await groupOf(client), network.gatekeepers.slice(0, 3), isRecent)
    for (const [i, { contract }] of used.entries()) {
      const turn = turns[i] ?? 0
      deepEqual([epochsIn(early, contract), lootOf(early, contract).deltas.slice(0, 2)], [[0], [1, 2]])
      const [before, now] = [lootOf(ofFormer, contract), lootOf(ofCurrent, contract)]
      ok(before.deltas.every((batch) => batch >= turn) && before.snapshots.every((batch) => batch >= turn - 1))
      deepEqual(epochsIn(ofCurrent, contract), [1])
      ok(
        now.deltas.length > 0 && now.snapshots.length > 0,
        'changes and the state are sealed with keys of the new root',
      )
    }
    ok(ofFormer.releases.of > 0)
    deepEqual([ofFormer.dealings.gatekeepers, ofFormer.releases.opened], [0, 0])
  })

  it('two of five gatekeepers, and a worker, are killed while contracts move: they move all the same', async (test) => {
    const [, second, , fourth] = network.gatekeepers as unknown as [never, NetworkHost, never, NetworkHost]
    const [worker] = network.workers as unknown as [NetworkHost]
    const group = await groupOf(client)
    await whileInUse(test, async () => {
      const moving = inBlock(network, () => stateOf(network, gatekeepers.storage.formerGroup) !== undefined)
      await govern(client, rotateRoot)
      await moving
      await Promise.all([second, fourth].map(kill))
      // Its host starts it again.
      process.kill(worker.running.enclavePid() ?? 0, 'SIGKILL')
      await retired(2)
    })
    const rotation = await getRootRotation(client)
    deepEqual([rotation?.from, rotation?.to, rotation?.percent], [2, 3, 100])
    for (const { contract } of used) equal((await getContract(client, contract)).root, 3)

    // On the disks of those who are away lie two shares of a root, one too few; who comes back erases its own.
    deepEqual(everyEpoch(await burglary(group, [second, fourth], () => false)), [])
    await Promise.all([second.start(), fourth.start()])
    await Promise.all([second.running.ready, fourth.running.ready])
    await until('they have erased them', async () => {
      const loot = await burglary(group, network.gatekeepers, () => false)
      return everyEpoch(loot).length === 0
    })
  })

  /** Code that is public for less than its notice period. */
  async function deployYoung(): Promise<void> {
    const { codeHash } = await getContract(client, used[0]?.contract ?? new Uint8Array())
    const policy = { replicas: 1, noticeBlocks: 2 ** 31 }
    await deployContract(client, { codeHash, policy, signer: deriveDevAccount('//Alice') })
  }

  /** Everybody uses both tallies until `work` is done; then nothing is missing, and nobody has waited for long. */
  async function whileInUse(test: TestContext, work: () => Promise<void>): Promise<void> {
    await users.reduceRight((inside, each) => () => each.whileInUse(inside), work)()
    for (const each of users) {
      await each.allIsRight()
      const waited = Math.round(each.longestMs)
      test.diagnostic(`${each.sent.length} commands, ${each.answered} queries, longest wait ${waited} ms`)
      ok(waited < LONGEST_WAIT_MS)
    }
  }

  /** How far the rotation to root 2 was, block by block. */
  function watchProgress(): readonly RotationProgress[] {
    const seen: RotationProgress[] = []
    void inBlock(network, () => {
      const rotation = stateOf(network, gatekeepers.storage.rotation)
      if (rotation !== undefined) seen.push(rotationProgress(rotation, stateOf(network, contracts.storage.moved)))
      return rotation?.retiredAt !== undefined
    })
    return seen
  }

  /** Longer than one `until`: an overlap takes 40 blocks. */
  async function retired(root: number): Promise<void> {
    const end = performance.now() + 240_000
    for (;;) {
      const rotation = await getRootRotation(client)
      if (rotation?.from === root && rotation.retiredAt !== undefined) return
      if (performance.now() > end) throw new Error(`root ${root} was not retired: ${rotation?.percent} %`)
      await sleep(200)
    }
  }

  function burglary(group: Group, hosts: readonly NetworkHost[], looksFor?: (batch: number) => boolean): Promise<Loot> {
    const targets = used.map(({ contract }) => contract)
    return burgle({ network, client, hosts, group, targets, ...(looksFor && { looksFor }) })
  }

  /** The first batch with the keys of now. */
  async function firstBatchOf(contract: Uint8Array): Promise<number> {
    return (await getContract(client, contract)).keyEpochs?.firstBatch ?? 0
  }
})

function epochsIn(loot: Loot, contract: Uint8Array): number[] {
  return lootOf(loot, contract).epochs.map(({ epoch }) => epoch)
}

function everyEpoch({ contracts: all }: Loot): number[] {
  return all.flatMap(({ epochs }) => epochs.map(({ epoch }) => epoch))
}

import { deepEqual, equal, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { equalBytes, fromHex, toHex } from '@pha/core/codec'
import { generateAgreementKey, Secret } from '@pha/core/crypto'
import { contracts, type Escrow, gatekeepers } from '@pha/runtime/pallets'
import { type Client, createClient, deriveDevAccount, getContract, readStorage, sendCall, waitForReply } from '@pha/sdk'
import { bootNetwork, type NetworkHost, type TestNetwork } from '@pha/testing'
import { burgle, type Loot, lootOf } from './burglary.ts'
import { type DeployedTally, deployTally } from './deploy-tally.ts'
import { govern, groupOf, passBlocksUntil, QUICK_BLOCKS } from './gatekeeper-network.ts'

const alice = deriveDevAccount('//Alice')
/** Two of them have the root together. */
const people = ['//Ann', '//Ben', '//Cleo'].map((name, i) => {
  const seed = new Uint8Array(32).fill(i + 1)
  const { accountId: account } = deriveDevAccount(name)
  return { account, seed, recipient: generateAgreementKey(Secret.from(seed)).publicKey }
})
type Person = (typeof people)[number]
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
    readonly shares: readonly {
      readonly holders: { readonly type: string }
      readonly held: number
      readonly threshold: number
    }[]
  }
  readonly sum: Amount & { readonly contracts: number }
  readonly threshold: Amount & { readonly contracts: number }
}
interface Amount {
  readonly commands: string
  readonly bytes: string
}

/** What the chain says that a thief opens: commands and bytes. */
type Opened = readonly [commands: number, bytes: number]

describe('the blast radius is what a theft opens', () => {
  let network: TestNetwork
  let client: Client
  /** On the worker that is robbed, with a closed epoch; and on another worker. */
  let robbed: DeployedTally
  let other: DeployedTally
  let victim: NetworkHost

  before(async () => {
    network = await bootNetwork({
      workers: 3,
      gatekeepers: 5,
      threshold: 3,
      blockIntervalMs: QUICK_BLOCKS,
      record: true,
    })
    client = createClient({ url: network.nodeUrl })
    const custodians = { people: people.map(({ account, recipient }) => ({ account, recipient })), threshold: 2 }
    await govern(client, gatekeepers.calls.setCustodians.encode({ custodians }))
    await passBlocksUntil(client, 'gatekeepers have dealt to custodians', () =>
      readStorage(client, gatekeepers.storage.escrow, []),
    )
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

  it('of a worker, two of three needed gatekeepers and one of two custodians: what is printed of the worker, and nothing else', async () => {
    const printed = await print(toHex(victim.identity()))
    equal(printed.radius.hasRoot, false)
    const bound = radiusOf(printed, robbed)
    deepEqual(
      bound.epochs.map(({ epoch, sealed }) => [epoch, sealed.commands]),
      [[1, '3']],
    )

    const accomplices = network.gatekeepers.slice(0, 2)
    // It erases the keys of before when it has told its host a snapshot, some moments later.
    const loot = await passBlocksUntil(client, 'the worker has erased the keys of before', async () => {
      const found = await steal([victim, ...accomplices], people.slice(0, 1))
      return lootOf(found, robbed.contract).epochs.length === 1 && found
    })
    for (const { contract, epochs, deltas, snapshots } of loot.contracts) {
      const inside = printed.radius.contracts.find((one) => one.contract === contract)
      const said = inside?.epochs.filter(({ sealed }) => sealed.commands !== '0') ?? []
      deepEqual(
        epochs.map(({ epoch, commands, bytes }) => [epoch, String(commands), String(bytes)]),
        said.map(({ epoch, sealed }) => [epoch, sealed.commands, sealed.bytes]),
      )
      ok(deltas.length <= (inside?.deltas ?? 0), `${deltas.length} of ${inside?.deltas} deltas`)
      ok(inside !== undefined || snapshots.length === 0)
    }
    const { deltas, snapshots } = lootOf(loot, robbed.contract)
    ok(deltas.length > 0 && snapshots.length > 0)
    // What was said in the closed epoch, and to the other contract, lies there and stays sealed.
    const all = await print('--vendor', 'Simulated')
    deepEqual(
      [robbed, other].map((one) => radiusOf(all, one).closed.commands),
      ['2', '0'],
    )
    const { progress } = await getContract(client, robbed.contract)
    ok(deltas.length < (progress?.batch ?? 0), 'those of the closed epoch do not open')
    deepEqual(lootOf(loot, other.contract), { contract: toHex(other.contract), epochs: [], deltas: [], snapshots: [] })
    // Of all that was ever dealt and released, the custodian opens what was dealt to it, and nobody anything else.
    const { dealers } = await escrowNow()
    ok(loot.dealings.custodians >= dealers.length)
    ok(loot.releases.of > 0)
    deepEqual([loot.releases.opened, loot.dealings.gatekeepers], [0, 0])
  })

  it('of two of three needed gatekeepers: nothing, as is printed of each', async () => {
    for (const gatekeeper of network.gatekeepers.slice(0, 2)) {
      const { radius, sum } = await print(toHex(gatekeeper.identity()))
      deepEqual([radius.hasRoot, sum.contracts], [false, 0])
      deepEqual(sharesIn(radius), ['Gatekeepers 1/3', 'Custodians 0/2'])
    }
    const loot = await steal(network.gatekeepers.slice(0, 2))
    deepEqual(
      loot.contracts.flatMap(({ epochs, deltas, snapshots }) => [...epochs, ...deltas, ...snapshots]),
      [],
    )
    deepEqual([loot.releases.opened, loot.dealings], [0, { gatekeepers: 0, custodians: 0 }])
  })

  it('of three gatekeepers: everything, closed epochs too, exactly as is printed', async () => {
    const printed = await print('--vendor', 'Simulated')
    deepEqual(sharesIn(printed.radius), ['Gatekeepers 5/3', 'Custodians 0/2'])
    expectEverything(printed, await steal(network.gatekeepers.slice(1, 4)))
  })

  it('of two custodians, without any enclave: the same, from what lies on chain', async () => {
    const printed = await print('--vendor', 'Simulated')
    expectEverything(printed, await steal([], people.slice(1)))
  })

  function expectEverything(printed: Printed, loot: Loot): void {
    const { radius, threshold } = printed
    equal(radius.hasRoot, true)
    deepEqual(
      loot.contracts.map(({ contract }) => contract),
      radius.contracts.map(({ contract }) => contract),
    )
    for (const deployed of [robbed, other]) {
      const { epochs, closed } = radiusOf(printed, deployed)
      deepEqual(
        sum(lootOf(loot, deployed.contract).epochs.map(({ commands, bytes }) => [commands, bytes])),
        sum([...epochs.map(({ sealed }) => sealed), closed].map(({ commands, bytes }) => [+commands, +bytes])),
      )
      equal(lootOf(loot, deployed.contract).deltas.length, radiusOf(printed, deployed).deltas)
    }
    deepEqual(
      lootOf(loot, robbed.contract).epochs.map(({ epoch }) => epoch),
      [0, 1],
    )
    const all = loot.contracts.flatMap(({ epochs }) => epochs.map(({ commands, bytes }): Opened => [commands, bytes]))
    deepEqual(sum(all), [Number(threshold.commands), Number(threshold.bytes)])
  }

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

  /** What opens to whoever has the disks and sealing keys of these hosts, and these people's keys. */
  async function steal(hosts: readonly NetworkHost[], custodians: readonly Person[] = []): Promise<Loot> {
    const targets = (await print('--vendor', 'Simulated')).radius.contracts.map(({ contract }) => fromHex(contract))
    const [group, escrow] = [await groupOf(client), await escrowNow()]
    return await burgle({ network, client, hosts, people: custodians, group, escrow, targets })
  }

  async function escrowNow(): Promise<Escrow> {
    const escrow = await readStorage(client, gatekeepers.storage.escrow, [])
    if (escrow === undefined) throw new Error('nothing was dealt to custodians')
    return escrow
  }
})

function radiusOf({ radius }: Printed, { contract }: DeployedTally): Printed['radius']['contracts'][number] {
  const found = radius.contracts.find((one) => one.contract === toHex(contract))
  if (found === undefined) throw new Error('the contract is not printed')
  return found
}

const sharesIn = ({ shares }: Printed['radius']): string[] =>
  shares.map(({ holders, held, threshold }) => `${holders.type} ${held}/${threshold}`)

const sum = (amounts: readonly Opened[]): Opened =>
  amounts.reduce<Opened>(([commands, bytes], one) => [commands + one[0], bytes + one[1]], [0, 0])

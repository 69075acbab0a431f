import { deepEqual, equal, match, notDeepEqual, ok, rejects } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { fromHex, toHex } from '@pha/core/codec'
import { contracts, type Group, gatekeepers, PHA, registry } from '@pha/runtime/pallets'
import { type Client, createClient, deriveDevAccount, getContract, readStorage, sendCall, waitForReply } from '@pha/sdk'
import { bootNetwork, type TestNetwork } from '@pha/testing'
import { type DeployedTally, deployTally } from './deploy-tally.ts'
import { govern, groupOf, namesOf, passBlocksUntil, QUICK_BLOCKS } from './gatekeeper-network.ts'
import { serving, totalAt } from './serving-replicas.ts'

const CLI = fileURLToPath(new URL('../../client/cli/src/main.ts', import.meta.url))
const PEOPLE = ['ann', 'ben', 'cleo'] as const
const accountOf = (person: (typeof PEOPLE)[number]): string => `//${person}`

describe('the disks of all gatekeepers are lost', () => {
  let network: TestNetwork
  let client: Client
  let deployed: DeployedTally
  let lost: Group

  before(async () => {
    network = await bootNetwork({
      workers: 2,
      gatekeepers: 3,
      threshold: 2,
      blockIntervalMs: QUICK_BLOCKS,
      endowments: PEOPLE.map((person) => [deriveDevAccount(accountOf(person)).accountId, 100n * PHA] as const),
    })
    client = createClient({ url: network.nodeUrl })
    deployed = await deployTally(client, { replicas: 1 })
    equal(await deployed.tally.job.add({ amount: 40n, note: 'before' }), 40n)
  })
  after(async () => {
    client?.close()
    await network?.[Symbol.asyncDispose]()
  })

  it('three people hold recovery shares before, and say that they are good', async () => {
    const people = await Promise.all(
      PEOPLE.map(async (person) => {
        const { recipient } = JSON.parse(await pha('--json', 'keys', 'custodian', 'new', person))
        return { account: deriveDevAccount(accountOf(person)).accountId, recipient: fromHex(recipient) }
      }),
    )
    await rejects(custodian('verify', 'ann'), /cli.no-escrow/)
    await govern(client, gatekeepers.calls.setCustodians.encode({ custodians: { people, threshold: 2 } }))
    await passBlocksUntil(client, 'gatekeepers have dealt to them', () =>
      readStorage(client, gatekeepers.storage.escrow, []),
    )
    for (const person of PEOPLE)
      match(await custodian('verify', person, '--say'), /is good\n.*\nthe chain has your word/)
    // The wrong file is no reason to accuse those who dealt.
    await rejects(pha('keys', 'custodian', 'verify', 'ben', '--from', accountOf('ann'), '--say'), /cli.other-key/)
    await rejects(pha('keys', 'custodian', 'verify', 'ann', '--from', '//Alice'), /cli.not-custodian/)
    const escrow = await readStorage(client, gatekeepers.storage.escrow, [])
    deepEqual([escrow?.checked, escrow?.disputed], [[1, 2, 3], []])
    const [gatekeeper] = network.gatekeepers
    match(
      await pha('keys', 'blast-radius', toHex(gatekeeper?.identity() ?? new Uint8Array())),
      /any 2 of 3 custodians, who are people, have root 1 together as well/,
    )
  })

  it('a recovery that governance takes back ends without them', async () => {
    await rejects(custodian('deal', 'ann'), /cli.no-recovery/)
    lost = await groupOf(client)
    await govern(client, gatekeepers.calls.recover.encode({ wanted: true }))
    const dealt = rejects(custodian('deal', 'ann'), /cli.recovery-taken-back/)
    await passBlocksUntil(client, 'she has dealt', annHasDealt)
    await govern(client, gatekeepers.calls.recover.encode({ wanted: false }))
    await dealt
    deepEqual(await groupOf(client), lost)
  })

  it('two of them deal to gatekeepers that begin with nothing, while a node is restarted; the root is the same', async () => {
    for (const host of network.gatekeepers) {
      const identity = host.identity()
      await host.stop()
      await rm(join(host.dataDir, 'store'), { recursive: true })
      const call = registry.calls.deregister.encode({ identity })
      await sendCall(client, { call, signer: host.operator })
    }
    await Promise.all(network.gatekeepers.map((host) => host.start()))
    await Promise.all(network.gatekeepers.map(({ running }) => running.ready))
    notDeepEqual(network.gatekeepers.map((host) => toHex(host.identity())).sort(), [...namesOf(lost)].sort())

    await govern(client, gatekeepers.calls.recover.encode({ wanted: true }))
    const first = custodian('deal', 'ann')
    await passBlocksUntil(client, 'one has dealt', annHasDealt)
    await network.node.stop()
    await network.node.start()
    const dealt = Promise.all([first, custodian('deal', 'cleo')])
    const group = await passBlocksUntil(client, 'new gatekeepers have the root', async () => {
      const now = await groupOf(client)
      return now.sharing > lost.sharing && now
    })
    for (const said of await dealt) match(said, /root 1 is with 3 gatekeepers again/)
    deepEqual([group.root, group.publicKey, group.threshold], [lost.root, lost.publicKey, 2])
    deepEqual([...namesOf(group)].sort(), network.gatekeepers.map((host) => toHex(host.identity())).sort())
  })

  it('a worker that never had the key of the contract opens its state, and goes on with it', async () => {
    const { contract, tally } = deployed
    const { replicas } = await getContract(client, contract)
    const [replica] = replicas as [Uint8Array]
    const other = network.workers.find((worker) => toHex(worker.identity()) !== toHex(replica))
    ok(other !== undefined)
    const call = contracts.calls.replaceReplica.encode({ contract, replica })
    await sendCall(client, { call, signer: deriveDevAccount('//Alice') })
    const taken = passBlocksUntil(client, 'it serves', async () => {
      await serving(client, other.url, contract)
      return true
    })
    await taken
    equal(await totalAt(client, toHex(other.identity()), contract), 40n)
    const sent = await tally.send.add({ amount: 2n, note: 'after' })
    await passBlocksUntil(client, 'it is settled', () => waitForReply(client, sent))
    equal(await totalAt(client, toHex(other.identity()), contract), 42n)
  })

  async function annHasDealt(): Promise<boolean> {
    const ceremony = await readStorage(client, gatekeepers.storage.ceremony, [])
    if (ceremony?.kind.type !== 'Recover' || ceremony.phase.type !== 'Deal') return false
    return (await readStorage(client, gatekeepers.storage.dealings, [1])) !== undefined
  }

  async function pha(...args: readonly string[]): Promise<string> {
    const env = { ...process.env, PHA_KEYS: join(network.folder, 'people') }
    const command = [CLI, '--url', network.nodeUrl, ...args]
    return (await promisify(execFile)(process.execPath, command, { env })).stdout
  }

  const custodian = (action: 'verify' | 'deal', person: (typeof PEOPLE)[number], ...options: readonly string[]) =>
    pha('keys', 'custodian', action, person, '--from', accountOf(person), ...options)
})

import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { buildEnclave } from '@pha/enclave/build'
import { gatekeepers } from '@pha/runtime/pallets'
import { type Client, createClient, getAccount } from '@pha/sdk'
import { bootNetwork, type NetworkHost, temporaryFolder } from '@pha/testing'
import { deployTally, standingOf } from './deploy-tally.ts'
import { gatekeeperEvents, groupOf, namesOf, passBlocksUntil, QUICK_BLOCKS } from './gatekeeper-network.ts'

describe('a gatekeeper lies', () => {
  it('with its part of a key: it is proven, slashed and replaced; the key comes from the others', async () => {
    await using folder = await temporaryFolder()
    const lying = await buildEnclave({
      kind: 'gatekeeper',
      entry: 'enclave/src/testing/lying-gatekeeper/main.ts',
      outDir: folder.path,
    })
    await using network = await bootNetwork({
      workers: 1,
      gatekeepers: 4,
      threshold: 3,
      gatekeeperPrograms: { 1: lying },
      blockIntervalMs: QUICK_BLOCKS,
    })
    await using client = createClient({ url: network.nodeUrl })
    const events = gatekeeperEvents(network)
    const [, liar, , fourth] = network.gatekeepers as unknown as [NetworkHost, NetworkHost, NetworkHost, NetworkHost]
    const identity = liar.identity()
    const before = await groupOf(client)
    equal(namesOf(before).includes(toHex(identity)), true)
    const held = await bondOf(client, liar)

    // So that the worker needs the part of the liar: the key waits for another one.
    await fourth.stop()
    const deploying = deployTally(client, { replicas: 1 })
    await passBlocksUntil(client, 'the liar is suspended', async () => {
      return (await standingOf(client, identity)) === 'Suspended'
    })
    const slashed = events.flatMap((event) => (event.type === 'GatekeeperSlashed' ? [event.value] : []))
    deepEqual(
      slashed.map((each) => toHex(each.identity)),
      [toHex(identity)],
    )
    equal(slashed[0]?.amount, held)

    await fourth.start()
    const after = await passBlocksUntil(client, 'shares without the liar', async () => {
      const group = await groupOf(client)
      return group.sharing > before.sharing && group
    })
    equal(namesOf(after).includes(toHex(identity)), false)
    deepEqual(after.publicKey, before.publicKey)
    const { tally } = await deploying
    equal(await tally.job.add({ amount: 1n, note: '' }), 1n)
  })

  it('with the envelope of its part: most replicas report it, and it is left out, unslashed', async () => {
    await using folder = await temporaryFolder()
    const lying = await buildEnclave({
      kind: 'gatekeeper',
      entry: 'enclave/src/testing/sealing-gatekeeper/main.ts',
      outDir: folder.path,
    })
    await using network = await bootNetwork({
      workers: 3,
      gatekeepers: 4,
      threshold: 2,
      gatekeeperPrograms: { 1: lying },
      blockIntervalMs: QUICK_BLOCKS,
    })
    await using client = createClient({ url: network.nodeUrl })
    const events = gatekeeperEvents(network)
    const liar = network.gatekeepers[1] as NetworkHost
    const identity = liar.identity()
    const before = await groupOf(client)
    const held = await bondOf(client, liar)

    const { contract, tally } = await deployTally(client)
    await passBlocksUntil(client, 'the liar is left out', async () => {
      return (await standingOf(client, identity)) === 'Suspended'
    })
    const leftOut = events.flatMap((event) => (event.type === 'GatekeeperLeftOut' ? [event.value] : []))
    deepEqual(
      leftOut.map((each) => [toHex(each.identity), toHex(each.contract)]),
      [[toHex(identity), toHex(contract)]],
    )
    equal(await bondOf(client, liar), held)
    const after = await passBlocksUntil(client, 'shares without the liar', async () => {
      const group = await groupOf(client)
      return group.sharing > before.sharing && group
    })
    equal(namesOf(after).includes(toHex(identity)), false)
    equal(await tally.job.add({ amount: 1n, note: '' }), 1n)
  })

  it('as a dealer: who was dealt a wrong share complains, it has no answer, and the others make the key', async () => {
    await using folder = await temporaryFolder()
    const lying = await buildEnclave({
      kind: 'gatekeeper',
      entry: 'enclave/src/testing/lying-dealer/main.ts',
      outDir: folder.path,
    })
    await using network = await bootNetwork({
      workers: 1,
      gatekeepers: 4,
      threshold: 2,
      gatekeeperPrograms: { 0: lying },
      laterGatekeepers: [0, 1, 2, 3],
      blockIntervalMs: QUICK_BLOCKS,
    })
    await using client = createClient({ url: network.nodeUrl })
    const events = gatekeeperEvents(network)
    await Promise.all(network.gatekeepers.map((gatekeeper) => gatekeeper.start()))
    // A first ceremony waits for all, but not for more blocks than pass below while a busy machine starts enclaves.
    await Promise.all(network.gatekeepers.map(({ running }) => running.ready))
    const liar = network.gatekeepers[0] as NetworkHost
    const group = await passBlocksUntil(client, 'a key', () => groupOf(client))

    const disqualified = events.flatMap((event) => (event.type === 'Disqualified' ? [event.value] : []))
    deepEqual(
      disqualified.map(({ identity, reason }) => [toHex(identity), reason.type]),
      [[toHex(liar.identity()), 'NoAnswer']],
    )
    deepEqual(
      namesOf(group),
      network.gatekeepers.slice(1).map((gatekeeper) => toHex(gatekeeper.identity())),
    )
    equal(await standingOf(client, liar.identity()), 'Suspended')
    const { tally } = await deployTally(client, { replicas: 1 })
    equal(await tally.job.add({ amount: 1n, note: '' }), 1n)
  })
})

async function bondOf(client: Client, { operator }: NetworkHost): Promise<bigint> {
  const { reserved } = await getAccount(client, operator.accountId)
  equal(reserved, gatekeepers.constants.bond.value)
  return reserved
}

import { deepEqual, equal, notDeepEqual } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { gatekeepers } from '@pha/runtime/pallets'
import { createClient } from '@pha/sdk'
import { bootNetwork, type NetworkHost } from '@pha/testing'
import { deployTally } from './deploy-tally.ts'
import {
  gatekeeperEvents,
  govern,
  groupOf,
  killInNextCeremony,
  namesOf,
  passBlocksUntil,
  QUICK_BLOCKS,
} from './gatekeeper-network.ts'

const target = (members: number, threshold: number, refreshBlocks = 0) =>
  gatekeepers.calls.setTarget.encode({ target: { members, threshold, refreshBlocks } })

describe('a gatekeeper is killed in the middle of a ceremony', () => {
  it('of the first key: the other three make it, and release with it', async () => {
    await using network = await bootNetwork({
      workers: 1,
      gatekeepers: 4,
      threshold: 2,
      laterGatekeepers: [0, 1, 2, 3],
      blockIntervalMs: QUICK_BLOCKS,
    })
    await using client = createClient({ url: network.nodeUrl })
    const events = gatekeeperEvents(network)
    const lost = network.gatekeepers[2] as NetworkHost
    const stopped = killInNextCeremony(network, lost, 'Check')
    await Promise.all(network.gatekeepers.map((gatekeeper) => gatekeeper.start()))
    await passBlocksUntil(client, 'the ceremony began', () => stopped.then(() => true))
    const group = await passBlocksUntil(client, 'a key without the one that is lost', () => groupOf(client))

    const others = network.gatekeepers.filter((gatekeeper) => gatekeeper !== lost)
    deepEqual(
      namesOf(group),
      others.map((gatekeeper) => toHex(gatekeeper.identity())),
    )
    deepEqual([group.root, group.sharing, group.threshold], [1, 1, 2])
    const silent = events.flatMap((event) => (event.type === 'Silent' ? [toHex(event.value.identity)] : []))
    equal(silent.length, 1)
    equal(namesOf(group).includes(silent[0] ?? ''), false)
    const { tally } = await deployTally(client, { replicas: 1 })
    equal(await tally.job.add({ amount: 1n, note: '' }), 1n)
  })

  it('of a resharing, of a refresh and of a new root: each goes on, and old contracts keep their keys', async () => {
    await using network = await bootNetwork({ workers: 1, gatekeepers: 5, threshold: 3, blockIntervalMs: QUICK_BLOCKS })
    await using client = createClient({ url: network.nodeUrl })
    const first = await groupOf(client)
    const { tally } = await deployTally(client, { replicas: 1 })
    equal(await tally.job.add({ amount: 1n, note: '' }), 1n)
    const [, second, third, fourth, fifth] = network.gatekeepers as unknown as NetworkHost[]
    const nextGroup = async (what: string, before: { root: number; sharing: number }) =>
      passBlocksUntil(client, what, async () => {
        const group = await groupOf(client)
        return (group.root !== before.root || group.sharing !== before.sharing) && group
      })

    // Governance wants a threshold of 2; the fifth is killed when it should deal its share.
    const lostFifth = killInNextCeremony(network, fifth as NetworkHost, 'Deal')
    await govern(client, target(5, 2))
    const reshared = await nextGroup('shares of threshold 2', first)
    await lostFifth
    deepEqual([reshared.root, reshared.sharing, reshared.threshold], [1, 2, 2])
    deepEqual(reshared.publicKey, first.publicKey)
    equal(reshared.members.length, 4)

    // Shares are made anew each few blocks; the fourth is killed as soon as that begins.
    const lostFourth = killInNextCeremony(network, fourth as NetworkHost, 'Join')
    await govern(client, target(5, 2, 10))
    const refreshed = await nextGroup('fresh shares', reshared)
    await lostFourth
    await govern(client, target(5, 2))
    deepEqual([refreshed.root, refreshed.threshold], [1, 2])
    deepEqual(refreshed.publicKey, first.publicKey)
    equal(refreshed.members.length, 3)

    // A new root; the third is killed when it should deal. The former group keeps its shares for what runs.
    const lostThird = killInNextCeremony(network, third as NetworkHost, 'Deal')
    await govern(client, gatekeepers.calls.rotateRoot.encode({}))
    const rotated = await nextGroup('a new root', refreshed)
    await lostThird
    deepEqual([rotated.root, rotated.sharing, rotated.members.length], [2, 1, 2])
    notDeepEqual(rotated.publicKey, first.publicKey)
    deepEqual(
      namesOf(rotated),
      [network.gatekeepers[0], second].map((host) => toHex((host as NetworkHost).identity())),
    )
    const another = await deployTally(client, { replicas: 1 })
    equal(await another.tally.job.add({ amount: 5n, note: '' }), 5n)
  })
})

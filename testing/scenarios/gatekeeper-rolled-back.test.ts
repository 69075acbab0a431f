import { deepEqual, equal } from 'node:assert/strict'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { gatekeepers } from '@pha/runtime/pallets'
import { createClient } from '@pha/sdk'
import { bootNetwork, type NetworkHost } from '@pha/testing'
import { deployTally } from './deploy-tally.ts'
import { govern, groupOf, passBlocksUntil, QUICK_BLOCKS, releasesOf } from './gatekeeper-network.ts'

const target = (threshold: number) =>
  gatekeepers.calls.setTarget.encode({ target: { members: 3, threshold, refreshBlocks: 0 } })

describe("a gatekeeper's host puts back the share of before a resharing", () => {
  it('serves nothing with it, and comes back with the next resharing', async () => {
    await using network = await bootNetwork({ workers: 1, gatekeepers: 3, threshold: 2, blockIntervalMs: QUICK_BLOCKS })
    await using client = createClient({ url: network.nodeUrl })
    const [rolledBack] = network.gatekeepers as unknown as [NetworkHost]
    const [store, old] = [join(rolledBack.dataDir, 'store'), join(network.folder, 'old-store')]
    const sharing = async (wanted: number) =>
      passBlocksUntil(client, `sharing ${wanted}`, async () => (await groupOf(client)).sharing === wanted)

    await rolledBack.stop()
    await cp(store, old, { recursive: true })
    await rolledBack.start()
    await rolledBack.running.ready
    await govern(client, target(1))
    await sharing(2)
    await rolledBack.stop()
    await rm(store, { recursive: true })
    await cp(old, store, { recursive: true })
    await rolledBack.start()
    await rolledBack.running.ready

    const first = await deployTally(client, { replicas: 1 })
    equal(await first.tally.job.add({ amount: 1n, note: '' }), 1n)
    // The others' parts are enough: its refusal may come after the answer.
    const counts = await passBlocksUntil(client, 'it has refused', async () => {
      const found = await releasesOf(rolledBack)
      return Object.keys(found).length > 0 && found
    })
    deepEqual(counts, { 'gatekeeper.other-share': 1 })

    // The others deal; it has nothing to deal, and receives.
    await govern(client, target(2))
    await sharing(3)
    const second = await deployTally(client, { replicas: 1 })
    equal(await second.tally.job.add({ amount: 1n, note: '' }), 1n)
    await passBlocksUntil(client, 'it has released', async () => (await releasesOf(rolledBack)).delivered === 1)
  })
})

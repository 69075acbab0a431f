import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex } from '@pha/core/codec'
import { buildEnclave } from '@pha/enclave/build'
import { createClient } from '@pha/sdk'
import { bootNetwork, type NetworkHost, temporaryFolder } from '@pha/testing'
import { deployTally, standingOf } from './deploy-tally.ts'
import { gatekeeperEvents, groupOf, namesOf, passBlocksUntil, QUICK_BLOCKS } from './gatekeeper-network.ts'

describe('a gatekeeper lies', () => {
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

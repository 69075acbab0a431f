/** From the block in which a ceremony begins to the one in which its shares are in office: a new root, and a resharing. */
import { gatekeepers } from '@pha/runtime/pallets'
import { createClient } from '@pha/sdk'
import { gatekeeperEvents, govern, groupOf, passBlocksUntil } from '../../scenarios/gatekeeper-network.ts'
import { bootNetwork } from '../../src/index.ts'
import { figure } from '../main-job/figure.ts'

export interface SharingParams {
  readonly threshold: number
  readonly gatekeepers: number
  readonly blockIntervalMs: number
}

export async function sharing({ threshold, gatekeepers: count, blockIntervalMs }: SharingParams): Promise<void> {
  const options = { workers: 0, gatekeepers: count, threshold, blockIntervalMs }
  const everybody = Array.from({ length: count }, (_, i) => i)
  await using network = await bootNetwork({ ...options, laterGatekeepers: everybody })
  await using client = createClient({ url: network.nodeUrl })
  const events = gatekeeperEvents(network)
  const times: { readonly began: number[]; readonly ended: number[] } = { began: [], ended: [] }
  let seen = 0
  network.node.running.chain.onFinalised(() => {
    for (const { type } of events.slice(seen)) {
      if (type === 'CeremonyBegan') times.began.push(performance.now())
      if (type === 'GroupChanged') times.ended.push(performance.now())
    }
    seen = events.length
  })

  // Ten at a time: a machine's cores start no more at once.
  for (let i = 0; i < count; i += 10) {
    const some = network.gatekeepers.slice(i, i + 10)
    await Promise.all(some.map((gatekeeper) => gatekeeper.start()))
    await Promise.all(some.map(({ running }) => running.ready))
  }
  await passBlocksUntil(client, 'a key', () => groupOf(client))
  // The same members hold other shares of the same key.
  const target = { members: count, threshold: threshold - 1, refreshBlocks: 0 }
  await govern(client, gatekeepers.calls.setTarget.encode({ target }))
  await passBlocksUntil(client, 'other shares', async () => (await groupOf(client)).sharing === 2)

  const [first, second] = times.began.map((began, i) => (times.ended[i] ?? Number.NaN) - began)
  const name = `${threshold} of ${count}, blocks each ${blockIntervalMs} ms`
  figure(`new root, ${name}`, 'ms', [first ?? Number.NaN])
  figure(`resharing, from ${name}`, 'ms', [second ?? Number.NaN])
}

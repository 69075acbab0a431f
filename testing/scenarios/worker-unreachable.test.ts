import { equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { registry } from '@pha/runtime/pallets'
import { createClient, sendCall } from '@pha/sdk'
import { bootNetwork, type NetworkHost, until } from '@pha/testing'
import { deployTally } from './deploy-tally.ts'
import { releasesOf } from './gatekeeper-network.ts'

describe('a worker that gatekeepers do not reach', () => {
  it('gets its keys over the chain; once its address is right again, directly', async () => {
    await using network = await bootNetwork({ workers: 1, gatekeepers: 3, threshold: 2 })
    await using client = createClient({ url: network.nodeUrl })
    const [worker] = network.workers as [NetworkHost]
    // Its host signs with the same account: whichever call comes second to a nonce is sent again.
    const movesTo = (endpoint: string) =>
      until('the chain knows the address', () =>
        sendCall(client, {
          call: registry.calls.setEndpoint.encode({ identity: worker.identity(), endpoint }),
          signer: worker.operator,
        }),
      )
    const counts = async () => {
      const all = await Promise.all(network.gatekeepers.map(releasesOf))
      const sum = (outcome: string) => all.reduce((total, each) => total + (each[outcome] ?? 0), 0)
      return { delivered: sum('delivered'), released: sum('released') }
    }

    // Nobody listens there. Clients know the worker by other means.
    await movesTo('http://127.0.0.1:1')
    const running = await deployTally(client, { replicas: 1 })
    await until('all released on chain', async () => (await counts()).released === 3)
    equal((await counts()).delivered, 0)

    await movesTo(worker.url)
    equal(await running.tally.job.add({ amount: 1n, note: '' }), 1n)
    await deployTally(client, { replicas: 1 })
    await until('all delivered', async () => (await counts()).delivered === 3)
    equal((await counts()).released, 3)
  })
})

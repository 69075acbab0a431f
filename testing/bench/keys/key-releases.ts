/** From a worker's request for a contract key to the key in its enclave, 3 of 5 gatekeepers: directly, and over the chain. */
import { setTimeout as sleep } from 'node:timers/promises'
import { registry, system } from '@pha/runtime/pallets'
import { createClient, deployContract, deriveDevAccount, getContract, sendCall, waitForCommandKey } from '@pha/sdk'
import { pino } from 'pino'
import { deployTally } from '../../scenarios/deploy-tally.ts'
import { bootNetwork } from '../../src/index.ts'
import { figure, timed } from '../main-job/figure.ts'

export interface KeyReleasesParams {
  readonly blockIntervalMs: number
  readonly samples: number
}

/** What an enclave logs that asks for a key, and gets it. */
interface LogLine {
  readonly time: number
  readonly msg: string
  readonly what?: string
  readonly contract?: string
}

export async function keyReleases({ blockIntervalMs, samples }: KeyReleasesParams): Promise<void> {
  const asked = new Map<string, number>()
  const took: number[] = []
  const log = pino(
    { level: 'debug' },
    {
      write(text: string) {
        const { time, msg, what, contract } = JSON.parse(text) as LogLine
        const [name = '', kind] = what?.split('/') ?? []
        if (msg === 'submitting' && kind === 'key') asked.set(name, time)
        const since = asked.get(contract ?? '')
        if (msg === 'contract key received' && since !== undefined) took.push(time - since)
      },
    },
  )
  await using network = await bootNetwork({ workers: 1, gatekeepers: 5, threshold: 3, blockIntervalMs, log })
  await using client = createClient({ url: network.nodeUrl })
  const [worker] = network.workers
  if (worker === undefined) throw new Error('one worker was asked for')
  const signer = deriveDevAccount('//Alice')
  const { contract: first } = await deployTally(client, { replicas: 1 })
  const { codeHash } = await getContract(client, first)
  const plain: number[] = []
  const call = system.calls.remark.encode({ remark: new Uint8Array(32) })

  async function sampled(): Promise<readonly number[]> {
    took.length = 0
    while (took.length <= samples) {
      // As for whoever deploys now and then: after a rest the engine makes eight blocks without a pause.
      await sleep(8 * blockIntervalMs)
      const { contract } = await deployContract(client, { codeHash, signer, policy: { replicas: 1 } })
      await waitForCommandKey(client, contract)
      await sleep(8 * blockIntervalMs)
      plain.push((await timed(() => sendCall(client, { call, signer }))).ms)
    }
    return took.slice(1)
  }

  const name = `3 of 5, blocks each ${blockIntervalMs} ms`
  figure(`contract key, ${name}`, 'ms', await sampled(), {
    limit: 'one plain remark to final; a key takes its request to final, and no block more',
    limitMs: plain.splice(0),
  })
  // Nobody listens there, so gatekeepers release on chain.
  const endpoint = 'http://127.0.0.1:1'
  const moved = registry.calls.setEndpoint.encode({ identity: worker.identity(), endpoint })
  await sendCall(client, { call: moved, signer: worker.operator })
  figure(`contract key over the chain, ${name}`, 'ms', await sampled(), {
    limit: 'one plain remark to final; a key takes its request to final, and then its releases',
    limitMs: plain,
  })
}

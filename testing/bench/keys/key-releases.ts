/** From a worker's request for a contract key to the key in its enclave, 3 of 5 gatekeepers. */
import { setTimeout as sleep } from 'node:timers/promises'
import { system } from '@pha/runtime/pallets'
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
  const signer = deriveDevAccount('//Alice')
  const { contract: first } = await deployTally(client, { replicas: 1 })
  const { codeHash } = await getContract(client, first)
  const plain: number[] = []
  const call = system.calls.remark.encode({ remark: new Uint8Array(32) })
  while (took.length <= samples) {
    const { contract } = await deployContract(client, { codeHash, signer, policy: { replicas: 1 } })
    await waitForCommandKey(client, contract)
    // Not in step with the blocks that the deployment made.
    await sleep(Math.random() * blockIntervalMs)
    plain.push((await timed(() => sendCall(client, { call, signer }))).ms)
    await sleep(Math.random() * blockIntervalMs)
  }
  figure(`contract key, 3 of 5, blocks each ${blockIntervalMs} ms`, 'ms', took.slice(1), {
    limit: 'one plain remark to final; a key takes a request, and then no block more',
    limitMs: plain,
  })
}

/** What the workers of a network of processes serve, asked one by one. */
import { encodeCall } from '@pha/contract'
import { fromHex, toHex } from '@pha/core/codec'
import { type Client, deriveDevAccount, getContract, openSession } from '@pha/sdk'
import { until } from '../src/index.ts'
import { Tally } from './contracts/tally.ts'

/** What a worker's host tells about its worker. */
export interface WorkerStatus {
  readonly identity: string
  readonly registered: boolean
  readonly contracts: readonly {
    readonly contract: string
    readonly stateRoot: string
    readonly ready: boolean
  }[]
}

export async function workerStatus(url: string): Promise<WorkerStatus | undefined> {
  const { status } = (await (await fetch(`${url}/status`)).json()) as { readonly status: WorkerStatus | null }
  return status ?? undefined
}

/** Waits until the worker at `url` serves the contract's newest settled state. */
export function serving(client: Client, url: string, contract: Uint8Array): Promise<WorkerStatus> {
  return until(`${url} serves the contract`, async () => {
    const { progress } = await getContract(client, contract)
    const status = await workerStatus(url)
    const served = status?.contracts.find((one) => one.contract === toHex(contract))
    return served?.ready === true && served.stateRoot === toHex(progress?.stateRoot ?? new Uint8Array()) && status
  })
}

/** The total of a tally as this worker, and no other, answers. */
export async function totalAt(client: Client, identity: string, contract: Uint8Array): Promise<bigint> {
  const signer = deriveDevAccount('//Alice')
  const session = await openSession(client, { worker: fromHex(identity), contract, signer })
  try {
    const input = encodeCall('total', {}, {})
    const answer = await session.ask({ type: 'Query', value: { input } }, AbortSignal.timeout(10_000))
    if (answer.type !== 'Answer') throw new Error(`the worker answered ${answer.type}`)
    return Tally.interface.queries.total.result.decode(answer.value.output)
  } finally {
    session.close()
  }
}

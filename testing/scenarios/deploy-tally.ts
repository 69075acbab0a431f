/** Deploys a tally, and reads what scenarios compare: its progress, its replicas, what the chain says of them. */
import { fromHex, toHex } from '@pha/core/codec'
import { type ContractPolicy, contracts, EventRecords, type Progress, registry } from '@pha/runtime/pallets'
import { type ChainEvent, type Client, type ContractClient, deriveDevAccount, readStorage } from '@pha/sdk'
import type { NetworkHost } from '../src/index.ts'
import { Tally } from './contracts/tally.ts'
import { deploySource } from './deploy-source.ts'

export interface DeployedTally {
  readonly contract: Uint8Array
  readonly tally: ContractClient<(typeof Tally)['interface']>
}

const SOURCE = new URL('contracts/tally.ts', import.meta.url)

/** Deploys a tally of Alice's, on three replicas; resolves when commands can be sent. */
export async function deployTally(client: Client, policy: Partial<ContractPolicy> = {}): Promise<DeployedTally> {
  const signer = deriveDevAccount('//Alice')
  const tally = await deploySource(client, { contract: Tally, source: SOURCE, signer, policy })
  return { contract: tally.contract, tally }
}

export async function progressOf(client: Client, contract: Uint8Array): Promise<Progress> {
  const progress = await readStorage(client, contracts.storage.progress, [contract])
  if (progress === undefined) throw new Error('the contract has no progress')
  return progress
}

/** HTTP status of a host's answer to who asks for a reply. */
export async function askedForReply(worker: NetworkHost, contract: Uint8Array, sequence: bigint): Promise<number> {
  const response = await fetch(`${worker.url}/reply/${toHex(contract)}/${sequence}`)
  await response.body?.cancel()
  return response.status
}

export interface ReplicaStatus {
  readonly contract: string
  readonly batch: number
  readonly committed: string
  readonly stateRoot: string
  readonly ready: boolean
}

/** What a worker says of its replica of the contract; `undefined` if it has none. */
export async function replicaStatus(worker: NetworkHost, contract: Uint8Array): Promise<ReplicaStatus | undefined> {
  const { status } = await (await fetch(`${worker.url}/status`)).json()
  return status?.contracts.find((replica: ReplicaStatus) => replica.contract === toHex(contract))
}

/** The standing of a worker on chain. */
export async function standingOf(client: Client, identity: Uint8Array): Promise<string | undefined> {
  return (await readStorage(client, registry.storage.workers, [identity]))?.status.type
}

/** What the contracts pallet told in a finalised block, proven. */
export async function contractEvents(client: Client, block: number) {
  const signal = AbortSignal.timeout(10_000)
  const hash = fromHex(String(await client.rpc.request('chain_getBlockHash', [block], signal)))
  const { events: stored } = await client.blocks.contents(hash, signal)
  const events: readonly ChainEvent[] = EventRecords.decode(stored ?? EventRecords.encode([])).map(({ event }) => event)
  return events.flatMap(({ type, value }) => (type === 'Contracts' ? [value] : []))
}

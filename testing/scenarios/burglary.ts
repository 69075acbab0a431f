/** A burglary of a test network: everything that is sealed, before whoever has the disks and sealing keys of some of its hosts. */
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { toHex } from '@pha/core/codec'
import { topics } from '@pha/core/protocol'
import { Escrow, Group } from '@pha/runtime/pallets'
import { type Client, getContract } from '@pha/sdk'
import { builtEnclaves } from '../src/built-enclaves.ts'
import type { NetworkHost, TestNetwork } from '../src/index.ts'

const BURGLAR = fileURLToPath(new URL('../../enclave/src/testing/burglar/main.ts', import.meta.url))

export interface Burglary {
  /** What its recorders saw, if it has any, is taken too. */
  readonly network: TestNetwork
  readonly client: Client
  /** Whose disks and sealing keys are stolen. */
  readonly hosts: readonly NetworkHost[]
  /** Custodians whose keys are stolen. */
  readonly people?: readonly { readonly account: Uint8Array; readonly seed: Uint8Array }[]
  /** The group whose root is looked for; of a root that was retired too. */
  readonly group: Group
  /** What was dealt to custodians, if there are any. */
  readonly escrow?: Escrow
  /** Ids of the contracts that are tried. */
  readonly targets: readonly Uint8Array[]
  /** Whether deltas and snapshots of a batch are looked for; of every one by default, which takes long where there are many. */
  readonly looksFor?: (batch: number) => boolean
}

/** What opened. */
export interface Loot {
  readonly contracts: readonly {
    readonly contract: string
    /** Commands and their bytes, by epoch. */
    readonly epochs: readonly { readonly epoch: number; readonly commands: number; readonly bytes: number }[]
    /** Numbers of batches. */
    readonly deltas: readonly number[]
    readonly snapshots: readonly number[]
  }[]
  /** Parts of keys, given over the chain or directly, that opened, of how many. */
  readonly releases: { readonly opened: number; readonly of: number }
  /** In how many a share opened, for a gatekeeper and for a custodian. */
  readonly dealings: { readonly gatekeepers: number; readonly custodians: number }
}

/** Takes the whole chain and the blobs of all workers besides, and tries everything. */
export async function burgle(burglary: Burglary): Promise<Loot> {
  const { network, client, hosts, people = [], group, escrow, targets, looksFor = () => true } = burglary
  const { worker, gatekeeper } = await builtEnclaves()
  const { hash } = await client.chain.genesis(AbortSignal.timeout(10_000))
  const stores = hosts.map((host) => {
    const isWorker = network.workers.includes(host)
    const kind = isWorker ? 'Worker' : 'Gatekeeper'
    return { store: join(host.dataDir, 'store'), kind, bundle: (isWorker ? worker : gatekeeper).file }
  })
  const haul = {
    genesis: toHex(hash),
    group: toHex(Group.encode(group)),
    escrow: escrow === undefined ? null : toHex(Escrow.encode(escrow)),
    stores,
    people: people.map(({ account, seed }) => ({ account: toHex(account), seed: toHex(seed) })),
    contracts: await Promise.all(targets.map((id) => targetOf(client, id, looksFor))),
    workers: (
      await Promise.all(network.workers.map((one) => messagesOf(client, topics.worker(one.identity()))))
    ).flat(),
    ceremonies: await messagesOf(client, topics.gatekeepers),
    delivered: deliveredReleases(network),
    blobs: (await Promise.all(network.workers.map(blobsOf))).flat(),
  }
  const running = promisify(execFile)(process.execPath, [BURGLAR], { maxBuffer: 2 ** 26 })
  running.child.stdin?.end(JSON.stringify(haul))
  return JSON.parse((await running).stdout)
}

export function lootOf({ contracts: all }: Loot, contract: Uint8Array): Loot['contracts'][number] {
  const found = all.find((one) => one.contract === toHex(contract))
  if (found === undefined) throw new Error('the contract was not tried')
  return found
}

async function targetOf(client: Client, id: Uint8Array, looksFor: (batch: number) => boolean) {
  const { epoch, progress } = await getContract(client, id)
  const messages = await messagesOf(client, topics.contract(id))
  const batches = Array.from({ length: progress?.batch ?? 0 }, (_, i) => i + 1).filter(looksFor)
  return { contract: toHex(id), epochs: epoch + 1, batches, messages }
}

async function messagesOf(client: Client, topic: Uint8Array): Promise<string[]> {
  const all: string[] = []
  for (;;) {
    const params = [toHex(topic), String(all.length + 1), 256]
    const page = (await client.rpc.request('pha_messages', params, AbortSignal.timeout(10_000))) as string[]
    if (page.length === 0) return all
    all.push(...page)
  }
}

/** Bodies of requests that gatekeepers' hosts sent to those of workers, if the network records. */
function deliveredReleases({ recorders }: TestNetwork): string[] {
  const sent = recorders.flatMap((recorder) => recorder.connections().map(({ toTarget }) => toTarget))
  return sent.flatMap((bytes) => {
    const heads = bytes.toString('latin1').matchAll(/POST \/key-release .*?content-length: (\d+).*?\r\n\r\n/gis)
    return Array.from(heads, (head) => {
      const begin = head.index + head[0].length
      return toHex(bytes.subarray(begin, begin + Number(head[1])))
    })
  })
}

async function blobsOf({ dataDir }: NetworkHost): Promise<string[]> {
  const folder = join(dataDir, 'blobs')
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const blobs = await Promise.all(names.map((name) => readFile(join(folder, name)).catch(() => undefined)))
  return blobs.flatMap((blob) => (blob === undefined ? [] : [toHex(new Uint8Array(blob))]))
}

/** The two loads of section A, on our node: in batches as fast as they are taken, and one at a time by sixteen clients. */
import type { Hex } from '@pha/core/codec'
import { type BenchNode, SENDERS } from './bench-node.ts'
import type { BenchClient, PeerRun, RpcClient } from './shared-bench.ts'

/** As in section A. */
const BATCH = 40
const IN_FLIGHT = 4
const POLL_MS = 10
/** A run that takes longer is broken. */
const MOST_SECONDS = 1_800

export interface OurRun extends PeerRun {
  readonly blocks: number
  /** Seconds since the start at which each transfer was seen final, in order. */
  readonly finalAt: readonly number[]
}

/** Submits in batches of 40, four in flight; blocks are polled for what is final. */
export async function runBatches(client: BenchClient, node: BenchNode, transfers: readonly Hex[]): Promise<OurRun> {
  const { now, sleep } = client
  const call = client.rpc(node.port, 20)
  const firstBlock = await headNumber(call)
  const sent = new Map<Hex, number>()
  const early = new Set<Hex>()
  const latency: number[] = []
  const finalAt: number[] = []
  let [position, pushing, seen] = [0, true, firstBlock]
  const cpu = client.cpuSecs(node.pid)
  const start = now()
  const push = Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (position < transfers.length) {
        const part = transfers.slice(position, position + BATCH)
        position += part.length
        await submitAll(client, call, part, (extrinsic, at) => sent.set(extrinsic, at))
      }
    }),
  ).then(() => {
    pushing = false
  })
  const failed = push.catch((cause: unknown) => {
    throw cause
  })
  const settle = (extrinsic: Hex): boolean => {
    const at = sent.get(extrinsic)
    if (at === undefined) return false
    latency.push(now() - at)
    finalAt.push(now() - start)
    sent.delete(extrinsic)
    return true
  }
  while (finalAt.length < transfers.length) {
    if (now() - start > MOST_SECONDS) throw new Error(`only ${finalAt.length} of ${transfers.length} became final`)
    const head = await headNumber(call)
    if (head === seen && early.size === 0) await sleep(POLL_MS)
    while (seen < head) {
      for (const extrinsic of await bodyOf(call, ++seen)) early.add(extrinsic)
    }
    for (const extrinsic of early) if (settle(extrinsic) || !pushing) early.delete(extrinsic)
    if (early.size > 0) await sleep(POLL_MS / 2)
  }
  await failed
  call.close()
  return {
    ...figures(client, node, cpu, finalAt.at(-1) ?? 0, latency),
    blocks: seen - firstBlock,
    finalAt,
  }
}

/** Sixteen clients, each of which sends its next transfer when the one before is final. */
export async function runOneByOne(client: BenchClient, node: BenchNode, transfers: readonly Hex[]): Promise<OurRun> {
  const { now } = client
  const call = client.rpc(node.port, SENDERS + 4)
  const firstBlock = await headNumber(call)
  const latency: number[] = []
  const finalAt: number[] = []
  const cpu = client.cpuSecs(node.pid)
  const start = now()
  await Promise.all(
    Array.from({ length: SENDERS }, async (_, sender) => {
      for (let i = sender; i < transfers.length; i += SENDERS) {
        const at = now()
        await call('pha_submitAndWait', [transfers[i]])
        latency.push(now() - at)
        finalAt.push(now() - start)
      }
    }),
  )
  const blocks = (await headNumber(call)) - firstBlock
  call.close()
  return { ...figures(client, node, cpu, finalAt.at(-1) ?? 0, latency), blocks, finalAt }
}

function figures(client: BenchClient, node: BenchNode, cpu: number, seconds: number, latency: readonly number[]) {
  return {
    tx_s: latency.length / seconds,
    server_cpu_us_tx: ((client.cpuSecs(node.pid) - cpu) / latency.length) * 1e6,
    p50_ms: client.pct(latency, 0.5) * 1e3,
    p99_ms: client.pct(latency, 0.99) * 1e3,
  }
}

/** Submits a batch; what finds no room is sent again. */
async function submitAll(
  client: BenchClient,
  call: RpcClient,
  part: readonly Hex[],
  onSent: (extrinsic: Hex, at: number) => void,
): Promise<void> {
  let rest = part
  for (const extrinsic of part) onSent(extrinsic, client.now())
  while (rest.length > 0) {
    const answers = await call.batch(rest.map((extrinsic) => ['author_submitExtrinsic', [extrinsic]] as const))
    const again = rest.filter((_, i) => answers[i]?.error !== undefined)
    const refusal = answers.find(({ error }) => error !== undefined)?.error
    if (refusal !== undefined && !/dropped|full|busy/i.test(refusal.message)) throw new Error(refusal.message)
    rest = again
    if (rest.length > 0) await client.sleep(POLL_MS)
  }
}

async function headNumber(call: RpcClient): Promise<number> {
  const { number } = (await call('chain_getHeader')) as { readonly number: string }
  return Number(number)
}

async function bodyOf(call: RpcClient, number: number): Promise<readonly Hex[]> {
  const hash = await call('chain_getBlockHash', [number])
  const { block } = (await call('chain_getBlock', [hash])) as { readonly block: { readonly extrinsics: Hex[] } }
  return block.extrinsics
}

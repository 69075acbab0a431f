/**
 * Signed transfers through JSON-RPC, finalised and durable, beside anvil and hardhat in the same run, in turn, one JSON
 * line a figure:
 *
 *     node testing/bench/chain/main.ts [--parts batch,auto,sustained,restart] [--rounds 3] [--scheme ed25519]
 *                                      [--count 4800] [--long 100000] [--commands 1000000]
 *
 * Peers keep their state in memory, ours is on disk before it is told. Signing is outside the clock for all.
 */
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { type BenchNode, benchChain, type Scheme, SENDERS, startBenchNode } from './bench-node.ts'
import { type OurRun, runBatches, runOneByOne } from './load.ts'
import { benchClient, hasPeer, type PeerRun, peersHome, runPeer } from './shared-bench.ts'
import { signTransfers } from './sign-transfers.ts'

const { values } = parseArgs({
  options: {
    parts: { type: 'string', default: 'batch,auto,sustained' },
    rounds: { type: 'string', default: '3' },
    scheme: { type: 'string', default: 'ed25519' },
    count: { type: 'string', default: '4800' },
    long: { type: 'string', default: '100000' },
    commands: { type: 'string', default: '1000000' },
  },
})
const scheme: Scheme = values.scheme === 'sr25519' ? 'sr25519' : 'ed25519'
const rounds = Number(values.rounds)
const client = await benchClient()
const peers = (['anvil', 'hardhat'] as const).filter(hasPeer)
for (const peer of ['anvil', 'hardhat'] as const) {
  if (!peers.includes(peer)) note(`${peer} is not installed at ${peersHome}: see ../shared/bench/README.md`)
}

/** Most receivers exist after the first round: transfers to old and new accounts both occur. */
const RECEIVERS = 20_000

/** V8 goes on optimising what a transfer runs through until some 30,000 of them: its own threads take 25 to 100 us of each. */
const WARM = 28_800

type Part = (part: string) => Promise<void>
const PARTS: { readonly [name: string]: Part } = {
  batch: () => besidePeers('batch', Number(values.count), ['--block-interval-ms', '250']),
  async auto() {
    for (const count of [160, 640, 1_920]) await besidePeers('auto', count, ['--block-interval-ms', '0'])
  },
  sustained,
  restart,
}
for (const part of values.parts.split(',')) {
  const run = PARTS[part]
  if (run === undefined) throw new Error(`--parts ${part}: one of ${Object.keys(PARTS).join(', ')}`)
  await run(part)
}

/**
 * Ours and the peers in turn, each on a fresh chain. `started` is our node in its first seconds, in which V8 compiles it;
 * `ours` is the same node after `WARM` transfers more.
 */
async function besidePeers(mode: 'batch' | 'auto', count: number, options: readonly string[]): Promise<void> {
  const names = [...peers, 'started', 'ours']
  const runs: { readonly [name: string]: PeerRun[] } = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const peer of peers) runs[peer]?.push(await runPeer(peer, mode, count))
    await onFreshChain(options, async (load) => {
      runs.started?.push(await load(mode, count))
      await load('batch', WARM)
      runs.ours?.push(await load(mode, count))
    })
  }
  const medians = Object.fromEntries(Object.entries(runs).map(([name, list]) => [name, medianRun(list)]))
  const ours = medians.ours as PeerRun
  print(`${mode} ${count} transfers, ${scheme}`, {
    ...medians,
    ratio: Object.fromEntries(peers.map((peer) => [peer, rounded(ours.tx_s / (medians[peer] as PeerRun).tx_s)])),
  })
}

/** Whether the chain slows down as it grows: the last tenth beside the first, in one long run. */
async function sustained(): Promise<void> {
  const count = Number(values.long)
  const run = await onFreshChain(['--block-interval-ms', '250'], (load) => load('batch', count))
  const tenth = Math.floor(count / 10)
  const rate = (from: number, to: number): number =>
    (to - from) / ((run.finalAt[to - 1] as number) - (from === 0 ? 0 : (run.finalAt[from - 1] as number)))
  const [first, last] = [rate(0, tenth), rate(count - tenth, count)]
  print(`sustained ${count} transfers, ${scheme}`, {
    ...rounded4(run),
    first_tenth_tx_s: rounded(first),
    last_tenth_tx_s: rounded(last),
    last_over_first: rounded(last / first),
  })
}

/** From the start of the process to its first answer, on a chain of many commands. */
async function restart(): Promise<void> {
  const commands = Number(values.commands)
  await using chain = await benchChain('ed25519')
  const step = 50_000
  {
    await using node = await startBenchNode(chain)
    for (let done = 0; done < commands; done += step) {
      const count = Math.min(step, commands - done)
      const firstNonce = done / SENDERS
      await runBatches(client, node, [
        ...signTransfers(chain.senders, node.genesisHash, { count, firstNonce, receivers: RECEIVERS }),
      ])
      note(`${done + count} of ${commands} commands`)
    }
  }
  const seconds: number[] = []
  for (let round = 0; round < rounds; round++) {
    const start = client.now()
    await using node = await startBenchNode(chain)
    const call = client.rpc(node.port, 1)
    await call('chain_getHeader')
    seconds.push(client.now() - start)
    call.close()
  }
  print(`restart after ${commands} commands`, { seconds: seconds.map(rounded) })
}

type Load = (mode: 'batch' | 'auto', count: number) => Promise<OurRun>

async function onFreshChain<T>(options: readonly string[], work: (load: Load) => Promise<T>): Promise<T> {
  await using chain = await benchChain(scheme)
  await using node: BenchNode = await startBenchNode(chain, options)
  let firstNonce = 0
  const load: Load = async (mode, count) => {
    const transfers = [...signTransfers(chain.senders, node.genesisHash, { count, firstNonce, receivers: RECEIVERS })]
    firstNonce += Math.ceil(count / SENDERS)
    return mode === 'batch' ? runBatches(client, node, transfers) : runOneByOne(client, node, transfers)
  }
  // The accounts of senders have been written once, and connections are open.
  await load('batch', 30 * SENDERS)
  return await work(load)
}

function medianRun(runs: readonly PeerRun[]): PeerRun {
  const median = (of: keyof PeerRun): number =>
    client.pct(
      runs.map((run) => run[of]),
      0.5,
    )
  return rounded4({
    tx_s: median('tx_s'),
    server_cpu_us_tx: median('server_cpu_us_tx'),
    p50_ms: median('p50_ms'),
    p99_ms: median('p99_ms'),
  })
}

function rounded4({ tx_s, server_cpu_us_tx, p50_ms, p99_ms }: PeerRun): PeerRun {
  return {
    tx_s: rounded(tx_s),
    server_cpu_us_tx: rounded(server_cpu_us_tx),
    p50_ms: rounded(p50_ms),
    p99_ms: rounded(p99_ms),
  }
}

/** Four significant digits. */
function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

function print(name: string, result: object): void {
  const [load1 = 0] = loadavg()
  process.stdout.write(`${JSON.stringify({ name, rounds, ...result, load1: rounded(load1) })}\n`)
}

function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

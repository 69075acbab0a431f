/**
 * The measuring stick beside the project: the client that loads us and the peers alike, and the peers themselves.
 * `../shared/bench` is read in place; its README says how the peers are installed.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const SHARED = new URL('../../../../shared/bench/', import.meta.url)

/** Where `node ../shared/bench/run.mjs A` installs the peers. */
const HOME = process.env.BENCH_HOME ?? join(tmpdir(), 'pha-peer-bench')

type Call = (method: string, params?: readonly unknown[]) => Promise<unknown>

/** JSON-RPC over kept connections, as the peers are asked. */
export interface RpcClient extends Call {
  batch(list: readonly (readonly [method: string, params: readonly unknown[]])[]): Promise<readonly RpcAnswer[]>
  close(): void
}

export interface RpcAnswer {
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

/** What we use of `lib.mjs`. */
export interface BenchClient {
  rpc(port: number, connections: number): RpcClient
  sleep(ms: number): Promise<void>
  /** Seconds. */
  now(): number
  /** A percentile, 0 to 1, of seconds. */
  pct(values: readonly number[], share: number): number
  /** CPU seconds of a process, threads included. */
  cpuSecs(pid: number): number
  rssMB(pid: number): number
}

export async function benchClient(): Promise<BenchClient> {
  return await import(new URL('lib.mjs', SHARED).href)
}

export type PeerName = 'anvil' | 'hardhat'

/** Whether a peer is installed. */
export function hasPeer(peer: PeerName): boolean {
  const module = { anvil: '@foundry-rs/anvil-linux-amd64', hardhat: 'hardhat' }[peer]
  return existsSync(join(HOME, 'a-chain.mjs')) && existsSync(join(HOME, 'node_modules', module))
}

/** One run of a peer under its own load program. */
export interface PeerRun {
  readonly tx_s: number
  readonly server_cpu_us_tx: number
  readonly p50_ms: number
  readonly p99_ms: number
}

/**
 * Runs section A once for a peer, native transfers, `count` in all.
 * @throws if the peer gives no figures
 */
export async function runPeer(peer: PeerName, mode: 'batch' | 'auto', count: number): Promise<PeerRun> {
  const child = spawn(process.execPath, [join(HOME, 'a-chain.mjs'), peer], {
    cwd: HOME,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, REPS: '1', TXS: String(count), ONLY: `${mode}/native` },
  })
  const ended = once(child, 'close')
  let run: PeerRun | undefined
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) continue
    const figures = JSON.parse(line) as { readonly [name: string]: { readonly med?: number } }
    const value = (name: keyof PeerRun): number => figures[name]?.med ?? Number.NaN
    run = {
      tx_s: value('tx_s'),
      server_cpu_us_tx: value('server_cpu_us_tx'),
      p50_ms: value('p50_ms'),
      p99_ms: value('p99_ms'),
    }
  }
  await ended
  if (run === undefined || Number.isNaN(run.tx_s)) throw new Error(`${peer} gave no figures`)
  return run
}

/** For messages: where the peers would be. */
export const peersHome: string = pathToFileURL(HOME).href

/** A node that is killed with `kill -9` under load, again and again, on one base path. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { keypairFromSeed, Secret } from '@pha/core/crypto'
import { developmentChain } from '@pha/host/dev'
import { currentRuntimeCode } from '@pha/host/runtime'
import { createClient, deriveDevAccount, transfer } from '@pha/sdk'

export interface CrashRun {
  readonly run: number
  readonly aliveMs: number
  /** Blocks that a subscriber was told of before the kill. */
  readonly told: number
  /** Of those, how many are no longer there as they were told. */
  readonly lost: number
  /** What `check` printed; `ok` if it found nothing. */
  readonly check: string
  readonly restartMs: number
}

const MAIN = new URL('../../../host/src/node/main.ts', import.meta.url).pathname
/** Known to everybody: the chain is worth nothing. */
const AUTHORITY_SEED = new Uint8Array(32).fill(5)
const LONGEST_LIFE_MS = 3_000

/** The first start makes the chain, so kills of later runs only hit a node that serves or starts again. */
export async function* crashRuns(folder: string, runs: number, random: () => number): AsyncGenerator<CrashRun, void> {
  const args = await prepare(folder)
  const told = new Map<number, string>()
  let node = await start(args)
  for (let run = 1; run <= runs; run++) {
    const before = told.size
    const socket = follow(node.port, told)
    const death = new AbortController()
    const load = ['//Alice', '//Bob', '//Charlie', '//Dave'].map((name) =>
      sendUntilItEnds(node.port, name, death.signal),
    )
    const aliveMs = Math.round(random() * LONGEST_LIFE_MS)
    await sleep(aliveMs)
    const ended = once(node.child, 'exit')
    node.child.kill('SIGKILL')
    await ended
    socket.close()
    death.abort()
    await Promise.all(load)
    const check = await checked(join(folder, 'node'))
    const started = performance.now()
    node = await start(args)
    const restartMs = Math.round(performance.now() - started)
    let lost = 0
    for (const [number, header] of told) if ((await headerAt(node.port, number)) !== header) lost++
    yield { run, aliveMs, told: told.size - before, lost, check, restartMs }
  }
  const ended = once(node.child, 'exit')
  node.child.kill('SIGTERM')
  await ended
}

async function prepare(folder: string): Promise<string[]> {
  const authority = keypairFromSeed('ed25519', Secret.from(AUTHORITY_SEED))
  const spec = developmentChain({
    code: await currentRuntimeCode(),
    authority: authority.publicKey,
    operators: [],
    measurements: { worker: [], gatekeeper: [] },
  })
  const [chain, key] = [join(folder, 'chain.json'), join(folder, 'authority.key')]
  await writeFile(chain, JSON.stringify(spec))
  await writeFile(key, `0x${Buffer.from(AUTHORITY_SEED).toString('hex')}\n`, { mode: 0o600 })
  const files = ['--base-path', join(folder, 'node'), '--chain', chain, '--authority-key', key]
  return [...files, '--port', '0', '--no-prometheus', '--block-interval-ms', '0', '--state-pruning', '16']
}

async function start(args: readonly string[]): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const child = spawn(process.execPath, [MAIN, 'run', ...args, '--log-level', 'error', '--die-with-parent'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit').then(() => {
    throw new Error('the node ended before it was ready')
  })
  // It loses the race below whenever the node starts, and then says nothing.
  ended.catch(() => {})
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended])
  return { child, port: JSON.parse(line).port }
}

/** Notes each header that the node tells as final. */
function follow(port: number, told: Map<number, string>): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`)
  socket.addEventListener('open', () => {
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'chain_subscribeFinalizedHeads', params: [] }))
  })
  socket.addEventListener('message', ({ data }) => {
    const header = JSON.parse(String(data)).params?.result
    if (header !== undefined) told.set(Number(header.number), JSON.stringify(header))
  })
  return socket
}

/** Transfers one after another; the node's death is what ends it. */
async function sendUntilItEnds(port: number, name: string, signal: AbortSignal): Promise<void> {
  await using client = createClient({ url: `ws://127.0.0.1:${port}` })
  const signer = deriveDevAccount(name)
  const to = deriveDevAccount('//Eve').accountId
  try {
    while (!signal.aborted) await transfer(client, { to, amount: 1n, signer }, { signal })
  } catch (cause) {
    if (!signal.aborted) throw cause
  }
}

function checked(basePath: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, 'check', '--base-path', basePath], (error, stdout, stderr) => {
      resolve(error === null ? stdout.trim() : `${stdout}${stderr}`.trim())
    })
  })
}

async function headerAt(port: number, number: number): Promise<string> {
  const hash = await ask(port, 'chain_getBlockHash', number)
  return JSON.stringify(await ask(port, 'chain_getHeader', hash))
}

async function ask(port: number, method: string, ...params: unknown[]): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const response = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body })
  return ((await response.json()) as { readonly result: unknown }).result
}

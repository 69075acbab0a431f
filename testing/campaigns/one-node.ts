/** One node as a process under transfers, and what it told a subscriber: what campaigns against a single node share. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { createClient, deriveDevAccount, transfer } from '@pha/sdk'
import { writeNodeFiles } from '../src/node-files.ts'

const MAIN = new URL('../../host/src/node/main.ts', import.meta.url).pathname
const SENDERS = ['//Alice', '//Bob', '//Charlie', '//Dave']

/**
 * Writes the files of a new chain into `folder`.
 * @returns the arguments of a node that makes blocks as fast as it can
 */
export async function prepareNode(folder: string, basePath: string): Promise<string[]> {
  const files = await writeNodeFiles(folder)
  return ['--base-path', basePath, ...files, '--port', '0', '--no-prometheus', '--block-interval-ms', '0']
}

/** Disposal kills it if it still runs. */
export interface RunningNode extends AsyncDisposable {
  readonly child: ChildProcess
  readonly port: number
  /** Settles with its exit code, `null` after a signal. */
  readonly ended: Promise<number | null>
  /** The lines of its log, errors only. */
  readonly log: string[]
}

/** @throws if it ends before it is ready, with its log */
export async function startNode(args: readonly string[]): Promise<RunningNode> {
  const child = spawn(process.execPath, [MAIN, 'run', ...args, '--log-level', 'error', '--die-with-parent'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const log: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const early = ended.then(() => {
    throw new Error(`the node ended before it was ready: ${log.join('\n')}`)
  })
  // It loses the race below whenever the node starts, and then says nothing.
  early.catch(() => {})
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), early])
  return {
    child,
    port: JSON.parse(line).port,
    ended,
    log,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Notes each header that the node tells as final, by its number, until the socket is closed. */
export function noteHeaders(port: number, told: Map<number, string>): WebSocket {
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

/** Transfers of four accounts, each one after another, until `signal` says that the node has ended. */
export async function sendTransfers(port: number, signal: AbortSignal): Promise<void> {
  await Promise.all(SENDERS.map((name) => sendOneByOne(port, name, signal)))
}

async function sendOneByOne(port: number, name: string, signal: AbortSignal): Promise<void> {
  await using client = createClient({ url: `ws://127.0.0.1:${port}` })
  const signer = deriveDevAccount(name)
  const to = deriveDevAccount('//Eve').accountId
  try {
    while (!signal.aborted) await transfer(client, { to, amount: 1n, signer }, { signal })
  } catch (cause) {
    if (!signal.aborted) throw cause
  }
}

/** How many of the noted headers the node no longer shows as it told them. */
export async function countLost(port: number, told: ReadonlyMap<number, string>): Promise<number> {
  let lost = 0
  for (const [number, header] of told) if ((await headerAt(port, number)) !== header) lost++
  return lost
}

/** What `check` prints of the base path of a node that has ended; `ok` if it finds nothing. */
export function checkBasePath(basePath: string): Promise<string> {
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

/**
 * A development network as child processes: builds the enclaves, starts the supervisor, waits until it is ready.
 * Other zones are started as programs, never imported: the CLI stays a client.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { CliError } from './cli-error.ts'

export interface NetworkOptions {
  readonly data: string
  readonly fresh: boolean
  /** Of the node, the first gatekeeper and the first worker; 0 takes free ones. */
  readonly ports: string
  readonly progress: (text: string) => void
  /** Ends a start. A network that is ready is ended by its disposal. */
  readonly signal: AbortSignal
}

export interface Network extends AsyncDisposable {
  readonly nodeUrl: string
  readonly gatekeeperUrls: readonly string[]
  readonly workerUrls: readonly string[]
  readonly processes: readonly { readonly name: string; readonly pid: number }[]
  /** From the start of the supervisor to all enclaves registered. */
  readonly readySeconds: number
  /** Settles when the network has ended, whoever ended it. */
  readonly ended: Promise<void>
}

/** Compiled code of earlier runs: a process starts in half the time. Enclaves get no environment, so none of it. */
const env = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../../node_modules/.cache/compiled', import.meta.url)),
  ...process.env,
}

const program = (specifier: string): string => fileURLToPath(import.meta.resolve(specifier))

/**
 * Starts the network of `data`, a new one if `fresh`.
 * @returns `undefined` if `signal` came first; nothing of the network runs then
 * @throws CliError `cli.network-failed` with the supervisor's reason
 */
export async function startNetwork(options: NetworkOptions): Promise<Network | undefined> {
  const { data, fresh, ports, progress, signal } = options
  progress('building and measuring the enclaves (SIMULATED TEE)')
  const built = await buildEnclaves(`${data}-enclaves`, signal)
  if (built === undefined) return undefined
  const { worker, gatekeeper } = built
  progress('starting one node, five gatekeepers and three workers')
  const started = performance.now()
  const child = spawn(
    process.execPath,
    [
      program('@pha/host/dev/main'),
      ...['--data', data, '--worker-bundle', worker.file, '--gatekeeper-bundle', gatekeeper.file],
      ...['--ports', ports, '--log-level', 'warn', '--die-with-parent'],
      ...(fresh ? ['--fresh'] : []),
    ],
    // A group of its own: Ctrl-C reaches this process, which ends the network in order.
    { env, stdio: ['pipe', 'pipe', 'pipe'], detached: true },
  )
  const ended = once(child, 'exit').then(() => undefined)
  const said: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line) > 20 && said.shift())
  const end = (): boolean => child.kill('SIGTERM')
  signal.addEventListener('abort', end)
  const ready = await Promise.race([firstLine(child), ended])
  signal.removeEventListener('abort', end)
  if (signal.aborted) {
    await ended
    return undefined
  }
  if (ready === undefined) throw failure(said)
  const event = JSON.parse(ready) as Omit<Network, 'readySeconds' | 'ended' | typeof Symbol.asyncDispose>
  return {
    ...event,
    readySeconds: Math.round((performance.now() - started) / 100) / 10,
    ended,
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await ended
    },
  }
}

interface Built {
  readonly file: string
  readonly measurement: string
}

async function buildEnclaves(
  outDir: string,
  signal: AbortSignal,
): Promise<{ readonly worker: Built; readonly gatekeeper: Built } | undefined> {
  const child = spawn(process.execPath, [program('@pha/enclave/build/main'), outDir], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    signal,
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const [code] = await once(child, 'close').catch(() => [])
  if (signal.aborted) return undefined
  if (code === 0) return JSON.parse(output)
  throw new CliError('cli.build-failed', `the enclaves do not build: ${errors.slice(-500)}`)
}

async function firstLine(child: ChildProcess): Promise<string | undefined> {
  if (child.stdout === null) return undefined
  for await (const line of createInterface({ input: child.stdout })) return line
  return undefined
}

/** The supervisor logs JSON lines; its last one says why it ended. */
function failure(lines: readonly string[]): CliError {
  for (const line of lines.toReversed()) {
    try {
      const { msg, code, fix } = JSON.parse(line) as { msg?: string; code?: string; fix?: string }
      return new CliError(code ?? 'cli.network-failed', msg ?? line, fix)
    } catch {
      // not a log line
    }
  }
  return new CliError('cli.network-failed', lines.join('\n') || 'the network ended without a word')
}

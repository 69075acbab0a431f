/** A development network of real processes on one machine: a node, a gatekeeper and workers, each with its enclave. */
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gatekeepers } from '@pha/runtime/pallets'
import { type Logger, pino } from 'pino'
import { ChainReader } from '../worker/chain-reader.ts'
import { NodeConnection } from '../worker/node-connection.ts'
import { DevError } from './dev-error.ts'
import type { DevelopmentChain, Measurements } from './development-chain.ts'
import { choosePort } from './free-port.ts'
import { KeptProcess } from './kept-process.ts'
import { memoryOf } from './memory-of.ts'
import { type NetworkFiles, openNetworkFiles } from './network-files.ts'

export interface DevNetworkOptions {
  /** Keys, chain, blobs and logs are kept here; an earlier network in it is taken up. */
  readonly dataDir: string
  /** Enclave programs, built by whoever calls. */
  readonly workerBundle: string
  readonly gatekeeperBundle: string
  /** SHA-256 of the two programs: what the chain allows. */
  readonly measurements: { readonly worker: Uint8Array; readonly gatekeeper: Uint8Array }
  /** 3 by default. */
  readonly workers?: number
  /** 9944, 8000 and 8001 on by default; 0 takes a free one. */
  readonly ports?: { readonly node: number; readonly gatekeeper: number; readonly workers: readonly number[] }
  /** Begins a new chain instead of taking up the one in `dataDir`. */
  readonly freshData?: boolean
  /** More accounts with their balances in planck, for a new chain. */
  readonly endowments?: DevelopmentChain['endowments']
  /** Where the processes are reached, if something stands in front of them; by default where they listen. */
  readonly publicUrls?: { readonly node: string; readonly gatekeeper: string; readonly workers: readonly string[] }
  /** Told once, when all processes are started and long before they are ready. */
  readonly onStarted?: (processes: DevNetwork['processes']) => void
  /** Gives up the start: what runs already is ended. */
  readonly signal?: AbortSignal
  readonly log?: Logger
}

export type DevProcessRole = 'node' | 'gatekeeper' | 'worker' | 'enclave'

export interface DevProcess {
  /** `node`, `gatekeeper`, `worker-1`, `worker-1/enclave`... */
  readonly name: string
  readonly role: DevProcessRole
  readonly pid: number
  /** Of the RPC or HTTP API; enclaves have none. */
  readonly port: number | undefined
  /** Resident memory; `undefined` once it has ended. */
  rssBytes(): Promise<number | undefined>
}

export interface DevNetwork extends AsyncDisposable {
  /** WebSocket address of the node's RPC. */
  readonly nodeUrl: string
  readonly gatekeeperUrl: string
  readonly workerUrls: readonly string[]
  /** The processes that run now, enclaves included. */
  processes(): Promise<readonly DevProcess[]>
}

/** A first start on two busy cores takes seconds; after this something is wrong. */
const READY_MS = 60_000
/** How often the chain is asked whether all are registered: a tenth of the time between two blocks. */
const POLL_MS = 25

const NODE_MAIN = fileURLToPath(new URL('../node/main.ts', import.meta.url))
const WORKER_MAIN = fileURLToPath(new URL('../worker/main.ts', import.meta.url))

/**
 * Starts a network; resolves when its gatekeeper group exists and all workers are registered and active. Whatever dies
 * is started again until the network is disposed of.
 *
 * @throws DevError; KeyFileError; NodeError for a damaged specification
 * @example
 * await using network = await startDevNetwork({ dataDir, workerBundle, gatekeeperBundle, measurements })
 * console.log(network.nodeUrl, network.workerUrls)
 */
export async function startDevNetwork(options: DevNetworkOptions): Promise<DevNetwork> {
  const { dataDir, workers = 3, endowments = [], freshData = false } = options
  const log = options.log ?? pino({ level: 'silent' })
  const hostNames = ['gatekeeper', ...Array.from({ length: workers }, (_, i) => `worker-${i + 1}`)]
  const measurements: Measurements = {
    worker: [options.measurements.worker],
    gatekeeper: [options.measurements.gatekeeper],
  }
  const files = await openNetworkFiles({ dataDir, measurements, hosts: hostNames, endowments, freshData })
  const { nodePort, hostPorts } = await choosePorts(hostNames, options.ports)
  const localNodeUrl = `ws://127.0.0.1:${nodePort}`
  const nodeUrl = options.publicUrls?.node ?? localNodeUrl

  await using resources = new AsyncDisposableStack()
  const keep = (name: string, args: readonly string[]): KeptProcess =>
    new KeptProcess({ name, args, logFile: files.logFile(name), log })
  // The stack ends them in reverse: hosts before the node that they write to.
  const node = resources.use(keep('node', nodeArgs(files, nodePort)))
  const hosts = hostNames.map((name, i) => {
    const bundle = i === 0 ? options.gatekeeperBundle : options.workerBundle
    const port = hostPorts[i] ?? 0
    const localUrl = `http://127.0.0.1:${port}`
    const { gatekeeper, workers: publicWorkers = [] } = options.publicUrls ?? {}
    const url = (i === 0 ? gatekeeper : publicWorkers[i - 1]) ?? localUrl
    return { name, port, url, localUrl, args: hostArgs(files, { name, bundle, nodeUrl, port, publicUrl: url }) }
  })
  const kept = resources.use(new ProcessGroup(hosts.map(({ name, args }) => keep(name, args)))).members
  const processes = async (): Promise<readonly DevProcess[]> => {
    const listed = await Promise.all(
      hosts.map(async ({ name, port, localUrl }, i) => [
        running(name, i === 0 ? 'gatekeeper' : 'worker', kept[i]?.pid, port),
        running(`${name}/enclave`, 'enclave', (await hostStatus(localUrl))?.enclave?.pid ?? undefined, undefined),
      ]),
    )
    return [running('node', 'node', node.pid, nodePort), ...listed.flat()].filter((found) => found !== undefined)
  }
  options.onStarted?.(processes)
  await networkReady({ nodeUrl: localNodeUrl, workers: hosts.slice(1) }, log, options.signal)

  const owned = resources.move()
  const [gatekeeper, ...workerHosts] = hosts
  return {
    nodeUrl,
    gatekeeperUrl: gatekeeper?.url ?? '',
    workerUrls: workerHosts.map(({ url }) => url),
    processes,
    async [Symbol.asyncDispose]() {
      // All at once: a Ctrl-C in a terminal reaches the node before its turn.
      for (const process of [node, ...kept]) process.release()
      await owned.disposeAsync()
    },
  }
}

/** Processes that end together. */
class ProcessGroup implements AsyncDisposable {
  readonly members: readonly KeptProcess[]

  constructor(members: readonly KeptProcess[]) {
    this.members = members
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.members.map((member) => member[Symbol.asyncDispose]()))
  }
}

async function choosePorts(hosts: readonly string[], ports: DevNetworkOptions['ports']) {
  const { node = 9944, gatekeeper = 8000, workers } = ports ?? {}
  const wanted = [node, ...hosts.map((_, i) => (i === 0 ? gatekeeper : workers ? (workers[i - 1] ?? 0) : 8000 + i))]
  const [nodePort = 0, ...hostPorts] = await Promise.all(wanted.map(choosePort))
  return { nodePort, hostPorts }
}

function nodeArgs({ nodeDir, chainFile, authorityKey }: NetworkFiles, port: number): readonly string[] {
  return [
    NODE_MAIN,
    // Several networks share this machine; who wants metrics runs the node by itself.
    ...['--base-path', nodeDir, '--no-prometheus'],
    ...['--chain', chainFile],
    ...['--authority-key', authorityKey],
    ...['--port', String(port)],
  ]
}

interface HostArgs {
  readonly name: string
  readonly bundle: string
  readonly nodeUrl: string
  readonly port: number
  readonly publicUrl: string
}

function hostArgs(files: NetworkFiles, { name, bundle, nodeUrl, port, publicUrl }: HostArgs): readonly string[] {
  return [
    WORKER_MAIN,
    ...['--data', files.hostDir(name)],
    ...['--operator-key', files.keyFile(name)],
    ...['--bundle', bundle],
    ...['--role', name === 'gatekeeper' ? 'gatekeeper' : 'worker'],
    ...['--node', nodeUrl],
    ...['--port', String(port)],
    ...['--public-url', publicUrl],
    '--show-seen',
  ]
}

interface Addresses {
  readonly nodeUrl: string
  /** Of the workers: as the chain lists them, and as they listen. */
  readonly workers: readonly { readonly url: string; readonly localUrl: string }[]
}

/** Waits until the chain has the gatekeeper group and every worker, active, at its address, and the workers know it. */
async function networkReady({ nodeUrl, workers }: Addresses, log: Logger, signal?: AbortSignal): Promise<void> {
  await using node = new NodeConnection({ url: nodeUrl, log: log.child({}, { level: 'silent' }) })
  const chain = new ChainReader(node)
  const isReady = async (): Promise<boolean> => {
    const [group, active] = await Promise.all([chain.storage(gatekeepers.storage.group, []), chain.workerEndpoints()])
    if (group === undefined || !workers.every(({ url }) => active.includes(url))) return false
    const statuses = await Promise.all(workers.map(({ localUrl }) => hostStatus(localUrl)))
    return statuses.every((status) => status?.status?.registered === true)
  }
  const ended = AbortSignal.any([AbortSignal.timeout(READY_MS), ...(signal === undefined ? [] : [signal])])
  const aborted = once(ended, 'abort').then(() => false)
  while (!ended.aborted) {
    // A node that is starting, or started again, is asked once more.
    if (await Promise.race([isReady().catch(() => false), aborted])) return
    await sleep(POLL_MS)
  }
  if (signal?.aborted) throw new DevError('dev.stopped', 'stopped before it was ready')
  throw new DevError(
    'dev.not-ready',
    `gatekeeper and workers were not registered within ${READY_MS / 1_000} s`,
    'read the logs in the folder `logs` of the data folder',
  )
}

function running(
  name: string,
  role: DevProcessRole,
  pid: number | undefined,
  port: number | undefined,
): DevProcess | undefined {
  return pid === undefined ? undefined : { name, role, pid, port, rssBytes: () => memoryOf(pid) }
}

interface HostStatus {
  readonly enclave?: { readonly pid?: number | null }
  readonly status?: { readonly registered?: boolean } | null
}

/** What a host says of itself and its enclave; `undefined` from one that is down or starting. */
async function hostStatus(url: string): Promise<HostStatus | undefined> {
  try {
    const response = await fetch(`${url}/status`, { signal: AbortSignal.timeout(1_000) })
    return (await response.json()) as HostStatus
  } catch {
    return undefined
  }
}

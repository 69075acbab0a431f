/** A development network of real processes on one machine: a node, gatekeepers and workers, each with its enclave. */
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gatekeepers } from '@pha/runtime/pallets'
import { type Logger, pino } from 'pino'
import { ChainReader } from '../worker/chain-reader.ts'
import { NodeConnection } from '../worker/node-connection.ts'
import { DevError } from './dev-error.ts'
import type { DevelopmentChain } from './development-chain.ts'
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
  /** 5 by default: enclaves under one host process. */
  readonly gatekeepers?: number
  /** How many of them release a key together; more than half by default. */
  readonly threshold?: number
  /** 9944, 8100 on and 8001 on by default; 0 takes a free one. */
  readonly ports?: {
    readonly node: number
    readonly gatekeepers: readonly number[]
    readonly workers: readonly number[]
  }
  /** Begins a new chain instead of taking up the one in `dataDir`. */
  readonly freshData?: boolean
  /** More accounts with their balances in planck, for a new chain. */
  readonly endowments?: DevelopmentChain['endowments']
  /** Where the processes are reached, if something stands in front of them; by default where they listen. */
  readonly publicUrls?: {
    readonly node: string
    readonly gatekeepers: readonly string[]
    readonly workers: readonly string[]
  }
  /** Told once, when all processes are started and long before they are ready. */
  readonly onStarted?: (processes: DevNetwork['processes']) => void
  /** Gives up the start: what runs already is ended. */
  readonly signal?: AbortSignal
  readonly log?: Logger
}

export type DevProcessRole = 'node' | 'gatekeeper' | 'worker' | 'enclave'

export interface DevProcess {
  /** `node`, `gatekeepers`, `gatekeeper-1/enclave`, `worker-1`, `worker-1/enclave`... */
  readonly name: string
  readonly role: DevProcessRole
  readonly pid: number
  /** Of the RPC or HTTP API; enclaves have none, and the gatekeepers' process has several. */
  readonly port: number | undefined
  /** Resident memory; `undefined` once it has ended. */
  rssBytes(): Promise<number | undefined>
}

export interface DevNetwork extends AsyncDisposable {
  /** WebSocket address of the node's RPC. */
  readonly nodeUrl: string
  readonly gatekeeperUrls: readonly string[]
  readonly workerUrls: readonly string[]
  /** The processes that run now, enclaves included. */
  processes(): Promise<readonly DevProcess[]>
}

/** A first start on two busy cores takes seconds; after this something is wrong. */
const READY_MS = 60_000
/** How often the chain is asked whether all are registered: a tenth of the time between two blocks. */
const POLL_MS = 25

const NODE_MAIN = program('../node/main.ts')
const WORKER_MAIN = program('../worker/main.ts')
const GATEKEEPERS_MAIN = program('gatekeepers/main.ts')

/**
 * Starts a network; resolves when its gatekeepers share a root key and all workers are registered and active. Whatever
 * dies is started again until the network is disposed of.
 *
 * @throws DevError; KeyFileError; NodeError for a damaged specification
 * @example
 * await using network = await startDevNetwork({ dataDir, workerBundle, gatekeeperBundle, measurements })
 * console.log(network.nodeUrl, network.workerUrls)
 */
export async function startDevNetwork(options: DevNetworkOptions): Promise<DevNetwork> {
  const { dataDir, endowments = [], freshData = false, publicUrls } = options
  const log = options.log ?? pino({ level: 'silent' })
  const named = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}-${i + 1}`)
  const names = {
    gatekeepers: named('gatekeeper', options.gatekeepers ?? 5),
    workers: named('worker', options.workers ?? 3),
  }
  const files = await openNetworkFiles({
    dataDir,
    measurements: { worker: [options.measurements.worker], gatekeeper: [options.measurements.gatekeeper] },
    gatekeepers: names.gatekeepers,
    workers: names.workers,
    threshold: options.threshold ?? majorityOf(names.gatekeepers.length),
    endowments,
    freshData,
  })
  const ports = await choosePorts(names, options.ports)
  const localNodeUrl = `ws://127.0.0.1:${ports.node}`
  const nodeUrl = publicUrls?.node ?? localNodeUrl
  const hostsOf = (role: 'gatekeepers' | 'workers'): readonly Host[] =>
    names[role].map((name, i) => {
      const port = ports[role][i] ?? 0
      const localUrl = `http://127.0.0.1:${port}`
      return { name, port, localUrl, url: publicUrls?.[role][i] ?? localUrl }
    })
  const gatekeeperHosts = hostsOf('gatekeepers')
  const workerHosts = hostsOf('workers')

  await using resources = new AsyncDisposableStack()
  const keep = (name: string, args: readonly string[]): KeptProcess =>
    new KeptProcess({ name, args, logFile: files.logFile(name), log })
  // The stack ends them in reverse: hosts before the node that they write to.
  const node = resources.use(keep('node', nodeArgs(files, ports.node)))
  const kept = resources.use(
    new ProcessGroup([
      keep('gatekeepers', gatekeepersArgs(files, { bundle: options.gatekeeperBundle, nodeUrl }, gatekeeperHosts)),
      ...workerHosts.map((host) => keep(host.name, workerArgs(files, { bundle: options.workerBundle, nodeUrl }, host))),
    ]),
  ).members
  const processes = async (): Promise<readonly DevProcess[]> => {
    const enclaveOf = async ({ name, localUrl }: Host) =>
      running(`${name}/enclave`, 'enclave', (await hostStatus(localUrl))?.enclave?.pid ?? undefined, undefined)
    const [gatekeepersHost, ...workersHosts] = kept
    const listed = await Promise.all([
      running('node', 'node', node.pid, ports.node),
      running('gatekeepers', 'gatekeeper', gatekeepersHost?.pid, undefined),
      ...gatekeeperHosts.map(enclaveOf),
      ...workerHosts.flatMap((host, i) => [
        running(host.name, 'worker', workersHosts[i]?.pid, host.port),
        enclaveOf(host),
      ]),
    ])
    return listed.filter((found) => found !== undefined)
  }
  options.onStarted?.(processes)
  await networkReady({ nodeUrl: localNodeUrl, workers: workerHosts }, log, options.signal)

  const owned = resources.move()
  return {
    nodeUrl,
    gatekeeperUrls: gatekeeperHosts.map(({ url }) => url),
    workerUrls: workerHosts.map(({ url }) => url),
    processes,
    async [Symbol.asyncDispose]() {
      // All at once: a Ctrl-C in a terminal reaches the node before its turn.
      for (const process of [node, ...kept]) process.release()
      await owned.disposeAsync()
    },
  }
}

/**
 * The least number that no other set of gatekeepers can reach at the same time: 3 of 5, 2 of 3, 1 of 1.
 * @example
 * majorityOf(5) // 3
 */
export function majorityOf(gatekeepers: number): number {
  return Math.floor(gatekeepers / 2) + 1
}

function program(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}

interface Host {
  readonly name: string
  readonly port: number
  /** As the chain lists it. */
  readonly url: string
  /** Where it listens. */
  readonly localUrl: string
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

interface HostNames {
  readonly gatekeepers: readonly string[]
  readonly workers: readonly string[]
}

async function choosePorts({ gatekeepers, workers }: HostNames, ports: DevNetworkOptions['ports']) {
  const wanted = {
    node: ports?.node ?? 9944,
    gatekeepers: gatekeepers.map((_, i) => (ports === undefined ? 8100 + i : (ports.gatekeepers[i] ?? 0))),
    workers: workers.map((_, i) => (ports === undefined ? 8001 + i : (ports.workers[i] ?? 0))),
  }
  const [node, gatekeeperPorts, workerPorts] = await Promise.all([
    choosePort(wanted.node),
    Promise.all(wanted.gatekeepers.map(choosePort)),
    Promise.all(wanted.workers.map(choosePort)),
  ])
  return { node, gatekeepers: gatekeeperPorts, workers: workerPorts }
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
  readonly bundle: string
  readonly nodeUrl: string
}

function workerArgs(files: NetworkFiles, { bundle, nodeUrl }: HostArgs, { name, port, url }: Host): readonly string[] {
  return [
    WORKER_MAIN,
    ...['--data', files.hostDir(name)],
    ...['--operator-key', files.keyFile(name)],
    ...['--bundle', bundle],
    ...['--node', nodeUrl],
    ...['--port', String(port)],
    ...['--public-url', url],
    '--show-seen',
  ]
}

function gatekeepersArgs(
  files: NetworkFiles,
  { bundle, nodeUrl }: HostArgs,
  hosts: readonly Host[],
): readonly string[] {
  return [
    GATEKEEPERS_MAIN,
    ...['--bundle', bundle],
    ...['--node', nodeUrl],
    ...hosts.flatMap(({ name, port, url }) => [
      ...['--data', files.hostDir(name)],
      ...['--operator-key', files.keyFile(name)],
      ...['--port', String(port)],
      ...['--public-url', url],
    ]),
  ]
}

interface Addresses {
  readonly nodeUrl: string
  readonly workers: readonly Host[]
}

/** Waits until the gatekeepers share a root key and the chain has every worker, active, at its address, and it knows. */
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
    `gatekeepers and workers were not ready within ${READY_MS / 1_000} s`,
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

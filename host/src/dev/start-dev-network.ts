/** A development network of real processes on one machine: a node, gatekeepers and workers, each with its enclave. */
import { type Logger, pino } from 'pino'
import type { DevelopmentChain } from './development-chain.ts'
import { choosePort } from './free-port.ts'
import { KeptProcess } from './kept-process.ts'
import { memoryOf } from './memory-of.ts'
import { openNetworkFiles } from './network-files.ts'
import { NetworkProcesses } from './network-processes.ts'
import { gatekeepersArgs, type Host, nodeArgs, workerArgs } from './process-arguments.ts'
import { startDeadline } from './start-deadline.ts'

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
  /** Told once, when the first processes are started and long before they are ready. */
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
  const measurements = { worker: [options.measurements.worker], gatekeeper: [options.measurements.gatekeeper] }
  const hosts = [...names.gatekeepers, ...names.workers]
  const files = await openNetworkFiles({ dataDir, measurements, hosts, freshData })
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

  const deadline = startDeadline(options.signal)
  await using resources = new AsyncDisposableStack()
  const kept = resources.use(new NetworkProcesses())
  const keep = (name: string, args: readonly string[]): KeptProcess =>
    new KeptProcess({ name, args, logFile: files.logFile(name), log })
  const processes = async (): Promise<readonly DevProcess[]> => {
    const enclaveOf = async ({ name, localUrl }: Host) =>
      running(`${name}/enclave`, 'enclave', (await hostStatus(localUrl))?.enclave?.pid ?? undefined, undefined)
    const listed = await Promise.all([
      running('node', 'node', kept.node?.pid, ports.node),
      running('gatekeepers', 'gatekeeper', kept.gatekeepers?.pid, undefined),
      ...gatekeeperHosts.map(enclaveOf),
      ...workerHosts.flatMap((host, i) => [
        running(host.name, 'worker', kept.workers[i]?.pid, host.port),
        enclaveOf(host),
      ]),
    ])
    return listed.filter((found) => found !== undefined)
  }

  // In the order of what takes longest. Gatekeepers make a key together when all are there, and start while the chain is
  // written; workers start while the key is made: at once they would take the cores from what the key waits for.
  const gatekeeperArgs = gatekeepersArgs(files, { bundle: options.gatekeeperBundle, nodeUrl }, gatekeeperHosts)
  kept.gatekeepers = keep('gatekeepers', gatekeeperArgs)
  // Loading them takes as long as a process takes to start, which it so does meanwhile.
  const [{ writeChain }, { rootKeyMade }] = await Promise.all([
    import('./write-chain.ts'),
    import('./root-key-made.ts'),
  ])
  const threshold = options.threshold ?? majorityOf(names.gatekeepers.length)
  await writeChain(files, { ...names, measurements, threshold, endowments })
  kept.node = keep('node', nodeArgs(files, ports.node))
  options.onStarted?.(processes)
  const keyMade = rootKeyMade(localNodeUrl, log, deadline.signal)
  await deadline.keep(kept.gatekeepers.ready())
  kept.workers = workerHosts.map((host) =>
    keep(host.name, workerArgs(files, { bundle: options.workerBundle, nodeUrl }, host)),
  )
  await deadline.keep(Promise.all([keyMade, allReady(kept.workers)]))

  const owned = resources.move()
  return {
    nodeUrl,
    gatekeeperUrls: gatekeeperHosts.map(({ url }) => url),
    workerUrls: workerHosts.map(({ url }) => url),
    processes,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** In the lives that they live now: one that dies before the last is ready has to be ready again. */
async function allReady(processes: readonly KeptProcess[]): Promise<void> {
  while (!processes.every(({ isReady }) => isReady)) await Promise.all(processes.map((process) => process.ready()))
}

/**
 * The least number that no other set of gatekeepers can reach at the same time: 3 of 5, 2 of 3, 1 of 1.
 * @example
 * majorityOf(5) // 3
 */
export function majorityOf(gatekeepers: number): number {
  return Math.floor(gatekeepers / 2) + 1
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

/** A development network of real processes on one machine: a node, a gatekeeper and workers, each with its enclave. */
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
  /** 9944, 8000 and 8001 on by default; 0 takes free ones. */
  readonly ports?: { readonly node: number; readonly gatekeeper: number; readonly firstWorker: number }
  /** Begins a new chain instead of taking up the one in `dataDir`. */
  readonly freshData?: boolean
  /** More accounts with their balances in planck, for a new chain. */
  readonly endowments?: DevelopmentChain['endowments']
  /** Where the processes are reached, if something stands in front of them; by default where they listen. */
  readonly publicUrls?: { readonly node: string; readonly gatekeeper: string; readonly workers: readonly string[] }
  /** Folder in which Node keeps compiled sources, of this user only: halves the time of later starts. */
  readonly compileCache?: string
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
    new KeptProcess({ name, args, logFile: files.logFile(name), compileCache: options.compileCache, log })
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
  await networkReady(
    localNodeUrl,
    hosts.slice(1).map(({ url }) => url),
    log,
  )

  const owned = resources.move()
  const [gatekeeper, ...workerHosts] = hosts
  return {
    nodeUrl,
    gatekeeperUrl: gatekeeper?.url ?? '',
    workerUrls: workerHosts.map(({ url }) => url),
    async processes() {
      const listed = await Promise.all(
        hosts.map(async ({ name, port, localUrl }, i) => [
          running(name, i === 0 ? 'gatekeeper' : 'worker', kept[i]?.pid, port),
          running(`${name}/enclave`, 'enclave', await enclavePid(localUrl), undefined),
        ]),
      )
      return [running('node', 'node', node.pid, nodePort), ...listed.flat()].filter((found) => found !== undefined)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
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

async function choosePorts(hosts: readonly string[], ports = { node: 9944, gatekeeper: 8000, firstWorker: 8001 }) {
  const { node, gatekeeper, firstWorker } = ports
  const wanted = [node, ...hosts.map((_, i) => (i === 0 ? gatekeeper : firstWorker === 0 ? 0 : firstWorker + i - 1))]
  const [nodePort = 0, ...hostPorts] = await Promise.all(wanted.map(choosePort))
  return { nodePort, hostPorts }
}

function nodeArgs({ nodeDir, chainFile, authorityKey }: NetworkFiles, port: number): readonly string[] {
  return [
    NODE_MAIN,
    ...['--base-path', nodeDir],
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

/** Reads the chain until the gatekeeper group is formed and every worker is active at its address. */
async function networkReady(nodeUrl: string, workerUrls: readonly string[], log: Logger): Promise<void> {
  await using node = new NodeConnection({ url: nodeUrl, log: log.child({}, { level: 'silent' }) })
  const chain = new ChainReader(node)
  const until = performance.now() + READY_MS
  while (performance.now() < until) {
    const [group, active] = await Promise.all([chain.storage(gatekeepers.storage.group, []), chain.workerEndpoints()])
    if (group !== undefined && workerUrls.every((url) => active.includes(url))) return
    await sleep(POLL_MS)
  }
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

/** The host knows its enclave; one that is down or starting does not answer, and has none to name. */
async function enclavePid(url: string): Promise<number | undefined> {
  try {
    const response = await fetch(`${url}/status`, { signal: AbortSignal.timeout(1_000) })
    const { enclave } = await response.json()
    return typeof enclave?.pid === 'number' ? enclave.pid : undefined
  } catch {
    return undefined
  }
}

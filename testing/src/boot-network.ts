/**
 * A whole network for tests: node and hosts in this process, enclaves as the processes that they always are, on free
 * ports and in a folder that goes away.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { equalBytes } from '@pha/core/codec'
import { type Keypair, keypairFromSeed, Secret } from '@pha/core/crypto'
import type { BuiltEnclave } from '@pha/enclave/build'
import { choosePort, type DevelopmentChain, developmentChain, majorityOf } from '@pha/host/dev'
import { type Clock, type Node, startNode } from '@pha/host/node'
import { currentRuntimeCode } from '@pha/host/runtime'
import { startWorkerHost, type WorkerHost, type WorkerHostConfig, type WorkerRole } from '@pha/host/worker'
import { gatekeepers } from '@pha/runtime/pallets'
import type { Logger } from 'pino'
import { type BuiltEnclaves, builtEnclaves } from './built-enclaves.ts'
import { type Part, startPart, stoppedPart } from './part.ts'
import { recordTraffic, type TrafficRecorder } from './record-traffic.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface NetworkOptions {
  /** 3 by default. */
  readonly workers?: number
  /** 1 by default, which starts sooner than the 5 of `pha dev`. */
  readonly gatekeepers?: number
  /** How many of them release a key together; more than half by default. */
  readonly threshold?: number
  /** More accounts with their balances in planck. */
  readonly endowments?: DevelopmentChain['endowments']
  /** Another program for some workers, by number from 0: such as one that lies. The chain allows it. */
  readonly workerPrograms?: { readonly [worker: number]: BuiltEnclave }
  /** Another program for some gatekeepers, by number from 0. The chain allows it. */
  readonly gatekeeperPrograms?: { readonly [gatekeeper: number]: BuiltEnclave }
  /** Vendors of hardware that the network plays; their programs are in `workerPrograms` too. */
  readonly vendors?: NonNullable<DevelopmentChain['vendors']>
  /** Workers, by number from 0, that join when their `start` is called. */
  readonly later?: readonly number[]
  /** Gatekeepers, by number from 0, that join when their `start` is called. Nobody waits for a root key then. */
  readonly laterGatekeepers?: readonly number[]
  /** Puts a command in front of an enclave's own, by name of the host (`gatekeeper-1`, `worker-1`...). */
  readonly enclaveCommand?: (name: string) => readonly string[] | undefined
  /** Another way from a host to the node: such as a proxy that lies. */
  readonly nodeUrlFor?: (name: string, nodeUrl: string) => string
  /** Puts a recorder in front of every port. */
  readonly record?: boolean
  /** Time between two blocks under lasting load, in milliseconds; 250 by default. After a pause, blocks come in a burst. */
  readonly blockIntervalMs?: number
  /** Of the node; the machine's by default. */
  readonly clock?: Clock
  readonly log?: Logger
}

export interface NetworkHost extends Part<WorkerHost> {
  /** `gatekeeper-1`, `worker-1`... */
  readonly name: string
  readonly operator: Keypair
  /** Address that clients use. */
  readonly url: string
  /** Blobs, snapshots and the sealed store are here. */
  readonly dataDir: string
  /** Identity of its enclave. */
  identity(): Uint8Array
}

export interface TestNetwork extends AsyncDisposable {
  /** WebSocket address of the node, for clients. */
  readonly nodeUrl: string
  readonly node: Part<Node>
  readonly gatekeepers: readonly NetworkHost[]
  readonly workers: readonly NetworkHost[]
  /** Holds everything that the network writes. */
  readonly folder: string
  /** One for each port, if the network records. */
  readonly recorders: readonly TrafficRecorder[]
}

/** Time for all to register; a busy machine takes some seconds. */
const READY_MS = 60_000

/**
 * Boots a network; resolves when gatekeepers share a root key and all hosts are ready, but for those that join later.
 *
 * @example
 * await using network = await bootNetwork({ workers: 3 })
 * const client = await createClient({ nodeUrl: network.nodeUrl })
 */
export async function bootNetwork(options: NetworkOptions = {}): Promise<TestNetwork> {
  const { workers: count = 3, gatekeepers: gatekeeperCount = 1, endowments = [], record = false, log } = options
  await using resources = new AsyncDisposableStack()
  const [enclaves, folder] = await Promise.all([builtEnclaves(), temporaryFolder()])
  resources.use(folder)

  const recorders: TrafficRecorder[] = []
  /** A port to listen on, and the one to connect to. */
  async function port(): Promise<{ readonly listen: number; readonly reach: number }> {
    const listen = await choosePort(0)
    if (!record) return { listen, reach: listen }
    const recorder = resources.use(await recordTraffic(listen))
    recorders.push(recorder)
    return { listen, reach: recorder.port }
  }

  const plans = [
    ...Array.from({ length: gatekeeperCount }, (_, i) => planOf('gatekeeper', i, options, enclaves)),
    ...Array.from({ length: count }, (_, i) => planOf('worker', i, options, enclaves)),
  ]
  const operatorsOf = (role: WorkerRole): readonly Uint8Array[] =>
    plans.filter((plan) => plan.role === role).map(({ operator }) => operator.accountId)
  const measurementsOf = (role: WorkerRole): readonly Uint8Array[] => {
    const programs = plans.filter((plan) => plan.role === role).map(({ program }) => program)
    return distinct([enclaves[role], ...programs].map(({ measurement }) => measurement))
  }
  const isVendors = (measurement: Uint8Array): boolean =>
    options.vendors?.builds.some(([, build]) => equalBytes(build, measurement)) === true
  const authority = keypairFromSeed('ed25519', Secret.from(randomBytes(32)))
  const spec = developmentChain({
    code: await currentRuntimeCode(),
    authority: authority.publicKey,
    operators: operatorsOf('worker'),
    gatekeepers: {
      operators: operatorsOf('gatekeeper'),
      threshold: options.threshold ?? majorityOf(gatekeeperCount),
    },
    measurements: {
      worker: measurementsOf('worker').filter((measurement) => !isVendors(measurement)),
      gatekeeper: measurementsOf('gatekeeper'),
    },
    endowments,
    ...(options.vendors && { vendors: options.vendors }),
  })

  const nodePort = await port()
  const nodeUrl = `ws://127.0.0.1:${nodePort.reach}`
  const node = resources.use(
    await startPart(() =>
      startNode({
        basePath: join(folder.path, 'node'),
        port: nodePort.listen,
        spec,
        authority,
        ...(options.blockIntervalMs !== undefined && { blockIntervalMs: options.blockIntervalMs }),
        ...(options.clock && { clock: options.clock }),
        ...(log && { log }),
      }),
    ),
  )

  async function bootHost({ name, role, operator, program, later }: HostPlan): Promise<NetworkHost> {
    const { listen, reach } = await port()
    const dataDir = join(folder.path, 'hosts', name)
    const url = `http://127.0.0.1:${reach}`
    const enclaveCommand = options.enclaveCommand?.(name)
    const config: WorkerHostConfig = {
      dataDir,
      nodeUrl: options.nodeUrlFor?.(name, nodeUrl) ?? nodeUrl,
      bundle: program.file,
      role,
      operator,
      port: listen,
      publicUrl: url,
      showSeen: true,
      ...(enclaveCommand && { enclaveCommand }),
      ...(log && { log: log.child({ host: name }) }),
    }
    const part = resources.use(stoppedPart(() => startWorkerHost(config)))
    if (!later) await part.start()
    const identity = (): Uint8Array => {
      const found = part.running.identity()
      if (found === undefined) throw new Error(`the enclave of ${name} has not started`)
      return found
    }
    return {
      name,
      operator,
      url,
      dataDir,
      identity,
      get running() {
        return part.running
      },
      stop: part.stop,
      start: part.start,
    }
  }

  const hosts = await Promise.all(plans.map(bootHost))
  const now = hosts.filter((_, i) => plans[i]?.later === false)
  const hasKey = options.laterGatekeepers === undefined ? groupFormed(node.running) : undefined
  await withTimeout(Promise.all([hasKey, ...now.map(({ running }) => running.ready)]))

  const owned = resources.move()
  return {
    nodeUrl,
    node,
    gatekeepers: hosts.slice(0, gatekeeperCount),
    workers: hosts.slice(gatekeeperCount),
    folder: folder.path,
    recorders,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** What a host is, before it is started. */
interface HostPlan {
  readonly name: string
  readonly role: WorkerRole
  readonly operator: Keypair
  readonly program: BuiltEnclave
  readonly later: boolean
}

function planOf(role: WorkerRole, i: number, options: NetworkOptions, enclaves: BuiltEnclaves): HostPlan {
  const { programs, later } = {
    gatekeeper: { programs: options.gatekeeperPrograms, later: options.laterGatekeepers },
    worker: { programs: options.workerPrograms, later: options.later },
  }[role]
  return {
    name: `${role}-${i + 1}`,
    role,
    operator: keypairFromSeed('sr25519', Secret.from(randomBytes(32))),
    program: programs?.[i] ?? enclaves[role],
    later: later?.includes(i) === true,
  }
}

/** Resolves when the chain has a gatekeeper group. */
function groupFormed({ chain }: Node): Promise<void> {
  const { group } = gatekeepers.storage
  return new Promise((resolve) => {
    const look = (): void => {
      if (group.decode(chain.trieAt().get(group.key())) === undefined) return
      stop()
      resolve()
    }
    const stop = chain.onFinalised(look)
    look()
  })
}

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  const timeout = Promise.withResolvers<never>()
  const timer = setTimeout(() => timeout.reject(new Error('the network did not become ready in time')), READY_MS)
  try {
    return await Promise.race([work, timeout.promise])
  } finally {
    clearTimeout(timer)
  }
}

function distinct(measurements: readonly Uint8Array[]): readonly Uint8Array[] {
  return measurements.filter((one, i) => measurements.findIndex((other) => equalBytes(one, other)) === i)
}

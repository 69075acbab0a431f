/**
 * A whole network for tests: node and hosts in this process, enclaves as the processes that they always are, on free
 * ports and in a folder that goes away.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { equalBytes } from '@pha/core/codec'
import { type Keypair, keypairFromSeed, Secret } from '@pha/core/crypto'
import type { BuiltEnclave } from '@pha/enclave/build'
import { choosePort, type DevelopmentChain, developmentChain } from '@pha/host/dev'
import { type Clock, type Node, startNode } from '@pha/host/node'
import { currentRuntimeCode } from '@pha/host/runtime'
import { startWorkerHost, type WorkerHost, type WorkerHostConfig, type WorkerRole } from '@pha/host/worker'
import { gatekeepers } from '@pha/runtime/pallets'
import type { Logger } from 'pino'
import { builtEnclaves } from './built-enclaves.ts'
import { type Part, startPart, stoppedPart } from './part.ts'
import { recordTraffic, type TrafficRecorder } from './record-traffic.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface NetworkOptions {
  /** 3 by default. */
  readonly workers?: number
  /** More accounts with their balances in planck. */
  readonly endowments?: DevelopmentChain['endowments']
  /** Another program for some workers, by number from 0: such as one that lies. The chain allows it. */
  readonly workerPrograms?: { readonly [worker: number]: BuiltEnclave }
  /** Vendors of hardware that the network plays; their programs are in `workerPrograms` too. */
  readonly vendors?: NonNullable<DevelopmentChain['vendors']>
  /** Workers, by number from 0, that join when their `start` is called. */
  readonly later?: readonly number[]
  /** Puts a command in front of an enclave's own, by name of the host (`gatekeeper`, `worker-1`...). */
  readonly enclaveCommand?: (name: string) => readonly string[] | undefined
  /** Another way from a host to the node: such as a proxy that lies. */
  readonly nodeUrlFor?: (name: string, nodeUrl: string) => string
  /** Puts a recorder in front of every port. */
  readonly record?: boolean
  /** Of the node; the machine's by default. */
  readonly clock?: Clock
  readonly log?: Logger
}

export interface NetworkHost extends Part<WorkerHost> {
  /** `gatekeeper`, `worker-1`... */
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
  readonly gatekeeper: NetworkHost
  readonly workers: readonly NetworkHost[]
  /** Holds everything that the network writes. */
  readonly folder: string
  /** One for each port, if the network records. */
  readonly recorders: readonly TrafficRecorder[]
}

/** Time for all to register; a busy machine takes some seconds. */
const READY_MS = 60_000

/**
 * Boots a network; resolves when its gatekeeper group exists and all workers are active, but for those that join later.
 *
 * @example
 * await using network = await bootNetwork({ workers: 3 })
 * const client = await createClient({ nodeUrl: network.nodeUrl })
 */
export async function bootNetwork(options: NetworkOptions = {}): Promise<TestNetwork> {
  const { workers: count = 3, endowments = [], record = false, log } = options
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

  const names = ['gatekeeper', ...Array.from({ length: count }, (_, i) => `worker-${i + 1}`)]
  const operators = names.map(() => keypairFromSeed('sr25519', Secret.from(randomBytes(32))))
  const authority = keypairFromSeed('ed25519', Secret.from(randomBytes(32)))
  const programs = names.map((_, i) =>
    i === 0 ? enclaves.gatekeeper : (options.workerPrograms?.[i - 1] ?? enclaves.worker),
  )
  const measurement = ({ measurement: bytes }: BuiltEnclave): Uint8Array => bytes
  const spec = developmentChain({
    code: await currentRuntimeCode(),
    authority: authority.publicKey,
    operators: operators.map(({ accountId }) => accountId),
    measurements: {
      worker: distinct([enclaves.worker, ...programs.slice(1)].map(measurement)).filter(
        (program) => !options.vendors?.builds.some(([, build]) => equalBytes(build, program)),
      ),
      gatekeeper: [enclaves.gatekeeper.measurement],
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
        ...(options.clock && { clock: options.clock }),
        ...(log && { log }),
      }),
    ),
  )

  const isLater = (i: number): boolean => options.later?.includes(i - 1) === true

  async function bootHost(name: string, i: number): Promise<NetworkHost> {
    const { listen, reach } = await port()
    const operator = operators[i] as Keypair
    const dataDir = join(folder.path, 'hosts', name)
    const url = `http://127.0.0.1:${reach}`
    const role: WorkerRole = i === 0 ? 'gatekeeper' : 'worker'
    const enclaveCommand = options.enclaveCommand?.(name)
    const config: WorkerHostConfig = {
      dataDir,
      nodeUrl: options.nodeUrlFor?.(name, nodeUrl) ?? nodeUrl,
      bundle: (programs[i] as BuiltEnclave).file,
      role,
      operator,
      port: listen,
      publicUrl: url,
      showSeen: true,
      ...(enclaveCommand && { enclaveCommand }),
      ...(log && { log: log.child({ host: name }) }),
    }
    const part = resources.use(stoppedPart(() => startWorkerHost(config)))
    if (!isLater(i)) await part.start()
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

  const hosts = await Promise.all(names.map(bootHost))
  const [gatekeeper, ...workers] = hosts as [NetworkHost, ...NetworkHost[]]
  const now = hosts.filter((_, i) => !isLater(i))
  await withTimeout(Promise.all([groupFormed(node.running), ...now.map(({ running }) => running.ready)]))

  const owned = resources.move()
  return {
    nodeUrl,
    node,
    gatekeeper,
    workers,
    folder: folder.path,
    recorders,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
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

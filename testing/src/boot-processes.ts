/** A network of real processes for scenarios, with free ports and a folder that goes away. */
import { choosePort, type DevNetwork, type DevNetworkOptions, type DevProcess, startDevNetwork } from '@pha/host/dev'
import type { Logger } from 'pino'
import { builtEnclaves } from './built-enclaves.ts'
import { recordTraffic, type TrafficRecorder } from './record-traffic.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { until } from './until.ts'

export interface ProcessesOptions {
  /** 3 by default. */
  readonly workers?: number
  /** 1 by default, which starts sooner than the 5 of `pha dev`. */
  readonly gatekeepers?: number
  readonly endowments?: DevNetworkOptions['endowments']
  /** Puts a recorder in front of every port. */
  readonly record?: boolean
  /** Given the processes as soon as they are started, long before they are ready. */
  readonly whileStarting?: (control: ProcessControl) => void
  readonly log?: Logger
}

export interface ProcessNetwork extends DevNetwork, ProcessControl {
  /** Keys, chain, blobs, logs: everything that the network writes. */
  readonly folder: string
  /** One for each port, if the network records. */
  readonly recorders: readonly TrafficRecorder[]
}

export interface ProcessControl extends Pick<DevNetwork, 'processes'> {
  /**
   * `kill -9` of a process by name, as soon as it runs: `node`, `gatekeepers`, `gatekeeper-1/enclave`, `worker-2`.
   * @returns the id that the process had
   */
  kill(name: string): Promise<number>
  /** Waits until a process of this name runs under another id than `before`. */
  returned(name: string, before: number): Promise<DevProcess>
}

/**
 * Boots a network of processes; resolves when it is ready.
 *
 * @example
 * await using network = await bootProcesses()
 * const pid = await network.kill('worker-1')
 * await network.returned('worker-1', pid)
 */
export async function bootProcesses(options: ProcessesOptions = {}): Promise<ProcessNetwork> {
  const { workers = 3, gatekeepers = 1, endowments = [], record = false, log } = options
  await using resources = new AsyncDisposableStack()
  const [{ worker, gatekeeper }, folder] = await Promise.all([builtEnclaves(), temporaryFolder()])
  resources.use(folder)

  const recorders: TrafficRecorder[] = []
  const ports = {
    node: await choosePort(0),
    gatekeepers: await Promise.all(Array.from({ length: gatekeepers }, () => choosePort(0))),
    workers: await Promise.all(Array.from({ length: workers }, () => choosePort(0))),
  }
  async function reach(port: number): Promise<string> {
    if (!record) return `127.0.0.1:${port}`
    const recorder = resources.use(await recordTraffic(port))
    recorders.push(recorder)
    return `127.0.0.1:${recorder.port}`
  }
  const publicUrls = {
    node: `ws://${await reach(ports.node)}`,
    gatekeepers: await Promise.all(ports.gatekeepers.map(async (port) => `http://${await reach(port)}`)),
    workers: await Promise.all(ports.workers.map(async (port) => `http://${await reach(port)}`)),
  }
  const network = resources.use(
    await startDevNetwork({
      dataDir: folder.path,
      workerBundle: worker.file,
      gatekeeperBundle: gatekeeper.file,
      measurements: { worker: worker.measurement, gatekeeper: gatekeeper.measurement },
      workers,
      gatekeepers,
      ports,
      publicUrls,
      endowments,
      onStarted: (processes) => options.whileStarting?.(controlOf(processes)),
      ...(log && { log }),
    }),
  )

  const owned = resources.move()
  return {
    ...network,
    ...controlOf(network.processes),
    folder: folder.path,
    recorders,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function controlOf(processes: DevNetwork['processes']): ProcessControl {
  const find = (name: string, wanted: (found: DevProcess) => boolean): Promise<DevProcess> =>
    until(`${name} runs`, async () => {
      const found = (await processes()).find((process) => process.name === name)
      return found !== undefined && wanted(found) && found
    })
  return {
    processes,
    async kill(name) {
      // One that ended since it was listed, as an enclave does whose host died, cannot be killed: its successor is.
      const { pid } = await find(name, ({ pid }) => process.kill(pid, 'SIGKILL'))
      return pid
    },
    returned: (name, before) => find(name, ({ pid }) => pid !== before),
  }
}

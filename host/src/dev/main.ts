/** Entry point: `node main.ts --data DIR --worker-bundle FILE --gatekeeper-bundle FILE [--gatekeepers 5] [--workers 3]`. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { sha256 } from '@pha/core/crypto'
import { limits } from '@pha/core/protocol'
import { pino } from 'pino'
import { DevError } from './dev-error.ts'
import { type DevNetworkOptions, majorityOf, startDevNetwork } from './start-dev-network.ts'

const USAGE =
  '--data DIR --worker-bundle FILE --gatekeeper-bundle FILE [--gatekeepers N] [--threshold N] [--workers N] ' +
  '[--ports NODE,FIRST_GATEKEEPER,FIRST_WORKER] [--fresh] [--log-level LEVEL] [--die-with-parent]'

const log = pino({ level: 'info' }, pino.destination({ dest: 2, sync: true }))

try {
  const { options, dieWithParent } = await readOptions(process.argv.slice(2))
  const stopping = new AbortController()
  const stop = (): void => stopping.abort()
  // Signals that come again are the same one: the terminal and a supervisor may both send it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  if (dieWithParent) process.stdin.on('end', stop).on('close', stop).resume()
  const began = performance.now()
  const network = await startDevNetwork({ ...options, signal: stopping.signal })
  const { nodeUrl, gatekeeperUrls, workerUrls } = network
  const ms = Math.round(performance.now() - began)
  log.info({ nodeUrl, gatekeeperUrls, workerUrls, ms }, 'development network ready (SIMULATED TEE)')
  const processes = (await network.processes()).map(({ name, role, pid, port }) => ({ name, role, pid, port }))
  const event = { event: 'ready', nodeUrl, gatekeeperUrls, workerUrls, processes }
  process.stdout.write(`${JSON.stringify(event)}\n`)
  if (!stopping.signal.aborted) await once(stopping.signal, 'abort')
  await network[Symbol.asyncDispose]()
  process.exit(0)
} catch (cause) {
  if (cause instanceof DevError && cause.code === 'dev.stopped') process.exit(0)
  const { code = 'dev.failed', fix } = cause as { code?: string; fix?: string }
  log.fatal({ code, fix }, cause instanceof Error ? cause.message : String(cause))
  process.exit(1)
}

async function readOptions(args: string[]): Promise<{ options: DevNetworkOptions; dieWithParent: boolean }> {
  const values = parseOptions(args)
  const { data, workers } = values
  const workerBundle = values['worker-bundle']
  const gatekeeperBundle = values['gatekeeper-bundle']
  if (data === undefined || workerBundle === undefined || gatekeeperBundle === undefined) {
    throw badConfig('--data, --worker-bundle and --gatekeeper-bundle are needed')
  }
  if (!/^[1-9]\d?$/.test(workers)) throw badConfig(`--workers ${workers} is not a number from 1 to 99`)
  const gatekeepers = Number(values.gatekeepers)
  const threshold = Number(values.threshold ?? majorityOf(gatekeepers))
  if (!isCount(gatekeepers, limits.gatekeepers)) {
    throw badConfig(`--gatekeepers ${values.gatekeepers} is not a number from 1 to ${limits.gatekeepers}`)
  }
  if (!isCount(threshold, gatekeepers)) {
    throw badConfig(`--threshold ${values.threshold} is not a number from 1 to ${gatekeepers}`)
  }
  const ports = /^(\d{1,5}),(\d{1,5}),(\d{1,5})$/.exec(values.ports)?.slice(1).map(Number)
  if (ports?.every((port) => port <= 65_535) !== true) throw badConfig(`--ports ${values.ports} are not three ports`)
  const [node = 0, firstGatekeeper = 0, firstWorker = 0] = ports
  const portsFrom = (first: number, count: number) =>
    Array.from({ length: count }, (_, i) => (first === 0 ? 0 : first + i))
  log.level = values['log-level']
  const options: DevNetworkOptions = {
    dataDir: data,
    workerBundle,
    gatekeeperBundle,
    measurements: { worker: await measure(workerBundle), gatekeeper: await measure(gatekeeperBundle) },
    gatekeepers,
    threshold,
    workers: Number(workers),
    ports: {
      node,
      gatekeepers: portsFrom(firstGatekeeper, gatekeepers),
      workers: portsFrom(firstWorker, Number(workers)),
    },
    freshData: values.fresh,
    log,
  }
  return { options, dieWithParent: values['die-with-parent'] }
}

function isCount(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most
}

async function measure(bundle: string): Promise<Uint8Array> {
  try {
    return sha256(await readFile(bundle))
  } catch {
    throw new DevError('dev.bad-config', `no enclave bundle at ${bundle}`, 'build the enclaves first')
  }
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        data: { type: 'string' },
        'worker-bundle': { type: 'string' },
        'gatekeeper-bundle': { type: 'string' },
        gatekeepers: { type: 'string', default: '5' },
        threshold: { type: 'string' },
        workers: { type: 'string', default: '3' },
        ports: { type: 'string', default: '9944,8100,8001' },
        fresh: { type: 'boolean', default: false },
        'log-level': { type: 'string', default: 'info' },
        'die-with-parent': { type: 'boolean', default: false },
      },
    }).values
  } catch (cause) {
    throw badConfig(cause instanceof Error ? cause.message : String(cause))
  }
}

function badConfig(detail: string): DevError {
  return new DevError('dev.bad-config', detail, USAGE)
}

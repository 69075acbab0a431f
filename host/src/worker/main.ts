/** Entry point: `node main.ts --data DIR --operator-key FILE --bundle FILE [--role worker|gatekeeper] ...`. */
import { parseArgs } from 'node:util'
import { toHex } from '@pha/core/codec'
import { keypairFromSeed } from '@pha/core/crypto'
import { pino } from 'pino'
import { readKeyFile } from '../keys/index.ts'
import type { WorkerHostConfig, WorkerRole } from './config.ts'
import { startWorkerHost } from './start-worker-host.ts'
import { WorkerError } from './worker-error.ts'

const USAGE =
  '--data DIR --operator-key FILE --bundle FILE [--role worker|gatekeeper] [--node URL] [--port PORT] ' +
  '[--host ADDRESS] [--public-url URL] [--show-seen] [--log-level LEVEL] [--die-with-parent]'

const log = pino({ level: 'info' }, pino.destination({ dest: 2, sync: true }))

try {
  const { config, dieWithParent } = await readConfig(process.argv.slice(2))
  const host = await startWorkerHost(config)
  let stopped: PromiseLike<void> | undefined
  const stop = (): void => {
    stopped ??= host[Symbol.asyncDispose]()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop)
  if (dieWithParent) process.stdin.on('end', stop).on('close', stop).on('error', stop).resume()
  host.ready.then(
    (identity) => say({ event: 'ready', identity: toHex(identity), endpoint: host.endpoint }),
    // The host ended before: `done` says why.
    () => {},
  )
  say({ event: 'listening', endpoint: host.endpoint })
  await host.done.finally(stop)
  await stopped
  process.exit(0)
} catch (cause) {
  const { code = 'worker.failed', fix } = cause as { code?: string; fix?: string }
  log.fatal({ code, fix }, cause instanceof Error ? cause.message : String(cause))
  process.exit(1)
}

/** Supervisors read these lines. */
function say(event: { readonly event: string; readonly [field: string]: string }): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

async function readConfig(args: string[]): Promise<{ config: WorkerHostConfig; dieWithParent: boolean }> {
  const values = parseOptions(args)
  const { data, bundle, role, port, host } = values
  const keyFile = values['operator-key']
  if (data === undefined || bundle === undefined || keyFile === undefined) {
    throw badConfig('--data, --operator-key and --bundle are needed')
  }
  if (!isRole(role)) throw badConfig(`--role ${role} is neither worker nor gatekeeper`)
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw badConfig(`--port ${port} is not a port`)
  if (!/^wss?:$/.test(URL.parse(values.node)?.protocol ?? '')) throw badConfig('--node is not a ws:// address')
  const publicUrl = values['public-url']
  if (publicUrl !== undefined && !/^https?:$/.test(URL.parse(publicUrl)?.protocol ?? '')) {
    throw badConfig('--public-url is not an http:// or https:// address')
  }
  log.level = values['log-level']
  const seed = await readKeyFile(keyFile)
  const operator = keypairFromSeed('sr25519', seed)
  seed.wipe()
  const config: WorkerHostConfig = {
    dataDir: data,
    nodeUrl: values.node,
    bundle,
    role,
    operator,
    port: Number(port),
    host,
    showSeen: values['show-seen'],
    log,
    ...(publicUrl === undefined ? {} : { publicUrl }),
  }
  return { config, dieWithParent: values['die-with-parent'] }
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        data: { type: 'string' },
        'operator-key': { type: 'string' },
        bundle: { type: 'string' },
        role: { type: 'string', default: 'worker' },
        node: { type: 'string', default: 'ws://127.0.0.1:9944' },
        port: { type: 'string', default: '8001' },
        host: { type: 'string', default: '127.0.0.1' },
        'public-url': { type: 'string' },
        'show-seen': { type: 'boolean', default: false },
        'log-level': { type: 'string', default: 'info' },
        'die-with-parent': { type: 'boolean', default: false },
      },
    }).values
  } catch (cause) {
    throw badConfig(cause instanceof Error ? cause.message : String(cause))
  }
}

function isRole(text: string): text is WorkerRole {
  return text === 'worker' || text === 'gatekeeper'
}

function badConfig(detail: string): WorkerError {
  return new WorkerError('worker.bad-config', { detail, fix: USAGE })
}

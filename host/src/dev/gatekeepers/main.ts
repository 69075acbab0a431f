/**
 * Entry point: `node main.ts --bundle FILE (--data DIR --operator-key FILE --port PORT --public-url URL)...`:
 * the hosts of a development network's gatekeepers in one process, each with an enclave of its own. Hosts are not
 * trusted, so that they share a process protects no less; on one machine it saves memory and time.
 */
import { parseArgs } from 'node:util'
import { keypairFromSeed } from '@pha/core/crypto'
import { pino } from 'pino'
import { readKeyFile } from '../../keys/index.ts'
import { startWorkerHost, type WorkerHost, type WorkerHostConfig } from '../../worker/index.ts'
import { DevError } from '../dev-error.ts'

const log = pino({ level: 'info' }, pino.destination({ dest: 2, sync: true }))

try {
  const { configs, dieWithParent } = await readConfigs(process.argv.slice(2))
  const hosts = await Promise.all(configs.map(startWorkerHost))
  let stopped: Promise<unknown> | undefined
  const stop = (): void => {
    stopped ??= Promise.all(hosts.map((host: WorkerHost) => host[Symbol.asyncDispose]()))
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop)
  if (dieWithParent) process.stdin.on('end', stop).on('close', stop).on('error', stop).resume()
  Promise.all(hosts.map(({ ready }) => ready)).then(
    () => process.stdout.write(`${JSON.stringify({ event: 'ready' })}\n`),
    // A host ended before: `done` says why.
    () => {},
  )
  await Promise.all(hosts.map(({ done }) => done)).finally(stop)
  await stopped
  process.exit(0)
} catch (cause) {
  const { code = 'dev.failed', fix } = cause as { code?: string; fix?: string }
  log.fatal({ code, fix }, cause instanceof Error ? cause.message : String(cause))
  process.exit(1)
}

async function readConfigs(args: string[]): Promise<{ configs: WorkerHostConfig[]; dieWithParent: boolean }> {
  const { values } = parseArgs({
    args,
    options: {
      bundle: { type: 'string' },
      node: { type: 'string' },
      data: { type: 'string', multiple: true, default: [] },
      'operator-key': { type: 'string', multiple: true, default: [] },
      port: { type: 'string', multiple: true, default: [] },
      'public-url': { type: 'string', multiple: true, default: [] },
      'die-with-parent': { type: 'boolean', default: false },
    },
  })
  const { bundle, node: nodeUrl, data, port } = values
  const publicUrls = values['public-url']
  if (bundle === undefined || nodeUrl === undefined)
    throw new DevError('dev.bad-config', '--bundle and --node are needed')
  const configs = values['operator-key'].map(async (keyFile, i): Promise<WorkerHostConfig> => {
    const [dataDir, publicUrl] = [data[i], publicUrls[i]]
    if (dataDir === undefined || publicUrl === undefined) {
      throw new DevError('dev.bad-config', 'each --operator-key needs --data, --port and --public-url')
    }
    const seed = await readKeyFile(keyFile)
    const operator = keypairFromSeed('sr25519', seed)
    seed.wipe()
    const host = `gatekeeper-${i + 1}`
    return {
      dataDir,
      nodeUrl,
      bundle,
      role: 'gatekeeper',
      operator,
      port: Number(port[i]),
      publicUrl,
      showSeen: true,
      log: log.child({ host }),
    }
  })
  return { configs: await Promise.all(configs), dieWithParent: values['die-with-parent'] }
}

/** `run`: the node until it is told to end. */
import { parseArgs } from 'node:util'
import type { Logger } from 'pino'
import { readPruning } from '../../db/index.ts'
import { authorityKeypair, readKeyFile } from '../../keys/index.ts'
import { METHOD_CHOICES } from '../../rpc/index.ts'
import { readChainSpec } from '../chain-spec.ts'
import { NodeError } from '../node-error.ts'
import { type NodeConfig, startNode } from '../start-node.ts'

export const RUN_USAGE =
  'run --base-path DIR --chain FILE [--port PORT] [--authority-key FILE] [--host ADDRESS] [--block-interval-ms MS] [--rpc-methods all|legacy] [--state-pruning archive|N] [--prometheus-port PORT | --no-prometheus] [--log-level LEVEL] [--die-with-parent]'

/** Prints one line of JSON when it serves; resolves when it has ended. */
export async function run(args: string[], log: Logger): Promise<void> {
  const { config, dieWithParent } = await readConfig(args, log)
  const node = await startNode({ ...config, log })
  const stopped = Promise.withResolvers<void>()
  const stop = (): void => {
    node[Symbol.asyncDispose]().then(stopped.resolve, stopped.reject)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  if (dieWithParent) process.stdin.on('close', stop).resume()
  const { port, prometheusPort } = node
  process.stdout.write(`${JSON.stringify({ event: 'ready', port, prometheusPort, genesis: node.genesisHash })}\n`)
  await node.done
  await stopped.promise
}

async function readConfig(args: string[], log: Logger): Promise<{ config: NodeConfig; dieWithParent: boolean }> {
  const values = parseOptions(args)
  const basePath = values['base-path']
  const chain = values.chain
  if (basePath === undefined || chain === undefined) throw badConfig('--base-path and --chain are needed')
  const port = Number(values.port)
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535) throw badConfig(`--port ${values.port} is not a port`)
  log.level = values['log-level']
  const authorityKey = values['authority-key']
  const spec = await readChainSpec(chain)
  const blockIntervalMs = Number(values['block-interval-ms'])
  if (!/^\d{1,5}$/.test(values['block-interval-ms']) || blockIntervalMs > 60_000) {
    throw badConfig(`--block-interval-ms ${values['block-interval-ms']} is not 0 to 60000`)
  }
  const prometheusPort = Number(values['prometheus-port'])
  if (!/^\d{1,5}$/.test(values['prometheus-port']) || prometheusPort > 65_535) {
    throw badConfig(`--prometheus-port ${values['prometheus-port']} is not a port`)
  }
  const metrics = values['no-prometheus'] ? {} : { prometheusPort }
  const rpcMethods = METHOD_CHOICES.find((choice) => choice === values['rpc-methods'])
  if (rpcMethods === undefined) throw badConfig(`--rpc-methods: one of ${METHOD_CHOICES.join(', ')}`)
  const statePruning = values['state-pruning']
  const pruning = statePruning === undefined ? {} : { pruning: readPruning(statePruning) }
  const optional = { ...metrics, ...pruning }
  const config: NodeConfig = { basePath, port, host: values.host, spec, blockIntervalMs, rpcMethods, ...optional }
  const dieWithParent = values['die-with-parent']
  if (authorityKey === undefined) return { config, dieWithParent }
  const seed = await readKeyFile(authorityKey)
  const authority = authorityKeypair(seed)
  seed.wipe()
  return { config: { ...config, authority }, dieWithParent }
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        'base-path': { type: 'string' },
        port: { type: 'string', default: '9944' },
        host: { type: 'string', default: '127.0.0.1' },
        chain: { type: 'string' },
        'authority-key': { type: 'string' },
        'block-interval-ms': { type: 'string', default: '250' },
        'prometheus-port': { type: 'string', default: '9615' },
        'no-prometheus': { type: 'boolean', default: false },
        'rpc-methods': { type: 'string', default: 'all' },
        'state-pruning': { type: 'string' },
        'log-level': { type: 'string', default: 'info' },
        'die-with-parent': { type: 'boolean', default: false },
      },
    }).values
  } catch (cause) {
    throw badConfig(cause instanceof Error ? cause.message : String(cause))
  }
}

function badConfig(detail: string): NodeError {
  return new NodeError('node.bad-config', detail, RUN_USAGE)
}

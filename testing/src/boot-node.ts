/** A node alone as a real process, of a development chain without workers: what clients and wallets talk to. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Hex } from '@pha/core/codec'
import { type Endowments, writeNodeFiles } from './node-files.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface NodeProcess extends AsyncDisposable {
  /** `ws://...` */
  readonly ws: string
  /** `http://...`, the same port. */
  readonly http: string
  readonly genesis: Hex
  /** Of its folder: chain specification, key, database. */
  readonly folder: string
}

export interface NodeProcessOptions {
  /** More arguments of the node's entry point. */
  readonly args?: readonly string[]
  /** More accounts with their balances in planck, beside the development accounts. */
  readonly endowments?: Endowments
}

const MAIN = new URL('../../host/src/node/main.ts', import.meta.url).pathname

/**
 * Starts a node of a new chain on a free port; resolves when it serves.
 * @throws if it ends before that, with what it wrote to its log
 * @example
 * await using node = await bootNode()
 * const api = await ApiPromise.create({ provider: new WsProvider(node.ws) })
 */
export async function bootNode({ args = [], endowments = [] }: NodeProcessOptions = {}): Promise<NodeProcess> {
  await using resources = new AsyncDisposableStack()
  const folder = resources.use(await temporaryFolder())
  const files = await writeNodeFiles(folder.path, endowments)
  const base = ['--base-path', join(folder.path, 'node'), '--port', '0', '--no-prometheus', ...files]
  const child = spawn(process.execPath, [MAIN, ...base, '--log-level', 'warn', '--die-with-parent', ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  resources.defer(async () => {
    child.kill('SIGTERM')
    await ended
  })
  let log = ''
  child.stderr.on('data', (data) => {
    log += data
  })
  const lines = createInterface({ input: child.stdout })
  const [line] = await Promise.race([
    once(lines, 'line'),
    ended.then(() => {
      throw new Error(`the node ended before it was ready: ${log}`)
    }),
  ])
  const ready: { readonly port: number; readonly genesis: Hex } = JSON.parse(line)
  const owned = resources.move()
  return {
    ws: `ws://127.0.0.1:${ready.port}`,
    http: `http://127.0.0.1:${ready.port}`,
    genesis: ready.genesis,
    folder: folder.path,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

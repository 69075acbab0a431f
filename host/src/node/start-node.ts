/** A node in one process: chain, pool, engine and RPC. The entry point and the testkit both start it here. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Hex, toHex } from '@pha/core/codec'
import type { Keypair } from '@pha/core/crypto'
import { type Logger, pino } from 'pino'
import { type Clock, type Engine, solo, systemClock } from '../consensus/index.ts'
import { openChainDatabase, type Pruning } from '../db/index.ts'
import { noObserver } from '../metrics/node-observer.ts'
import { type MethodChoice, rpcServer } from '../rpc/index.ts'
import { HeldSignatures } from '../signatures/index.ts'
import { QUESTIONS_IN_THREADS, validationThreads } from '../validation/index.ts'
import { NodeApplication } from './application.ts'
import { lockBasePath } from './base-path-lock.ts'
import { type Chain, openChain } from './chain.ts'
import type { ChainSpec } from './chain-spec.ts'
import { changedAccounts, changesCode, nonceIn } from './changed-accounts.ts'
import { ensureGenesis } from './genesis.ts'
import { Pool } from './pool.ts'
import { newestState, validation } from './pool-validation.ts'
import { UpgradeGuard } from './upgrade-guard.ts'
import { VERSION } from './version.ts'

export interface NodeConfig {
  /** Where the chain is kept; made if missing. */
  readonly basePath: string
  /** Of the RPC server; 0 takes a free one. */
  readonly port: number
  /** 127.0.0.1 by default: who listens wider puts a proxy in front. */
  readonly host?: string
  /** Groups of RPC methods to serve; `all` by default. */
  readonly rpcMethods?: MethodChoice
  readonly spec: ChainSpec
  /** The solo engine's key. A node without it makes no blocks and only serves what it has. */
  readonly authority?: Keypair
  /**
   * Time between two blocks under lasting load in milliseconds; 250 by default. After a pause up to eight come as soon as
   * something is ready for each; with 0 all do, and what arrives while one block is written is in the next.
   */
  readonly blockIntervalMs?: number
  /** Of the metrics, on the same address; 0 takes a free one. Without it there are none. */
  readonly prometheusPort?: number
  /** States that are kept, or `archive` for all; 256 by default. */
  readonly pruning?: Pruning
  readonly clock?: Clock
  readonly log?: Logger
}

export interface Node extends AsyncDisposable {
  readonly port: number
  /** Of the metrics, if they are served. */
  readonly prometheusPort: number | undefined
  readonly genesisHash: Hex
  readonly chain: Chain
  readonly pool: Pool
  /** Settles when the node has ended; rejects if it could not go on. */
  readonly done: Promise<void>
}

/**
 * Starts a node; when this resolves, it serves.
 *
 * @throws DbError, NodeError (their codes say what to do), or the system's error if the port is taken
 * @example
 * await using node = await startNode({ basePath, port: 0, spec, authority })
 * const api = await ApiPromise.create({ provider: new WsProvider(`ws://127.0.0.1:${node.port}`) })
 */
export async function startNode(config: NodeConfig): Promise<Node> {
  const { basePath, port, host = '127.0.0.1', spec, authority, blockIntervalMs, clock = systemClock } = config
  const log = config.log ?? pino({ level: 'silent' })
  await using resources = new AsyncDisposableStack()
  await mkdir(basePath, { recursive: true, mode: 0o700 })
  resources.use(await lockBasePath(basePath))
  const database = resources.use(openChainDatabase(join(basePath, 'chain'), config.pruning))
  const held = new HeldSignatures()
  const { verify } = held
  const onFault = (where: string, cause: unknown): void => log.error({ where, err: cause }, 'fault')
  const base = { database, verify, onFault }
  await ensureGenesis(spec, authority, base)
  const chain = openChain(base)
  const threads = resources.use(
    validationThreads({ capacity: QUESTIONS_IN_THREADS, state: newestState(chain), onFault }),
  )
  const pool = new Pool({
    validate: validation(chain, held, threads),
    isFinalised: (hash) => database.extrinsic(hash) !== undefined,
    nonceOf: (account) => nonceIn(chain.trieAt(), account),
    height: () => chain.head.block.header.number,
    now: () => clock.now(),
    onFault,
  })
  chain.onFinalised(({ hash, block }, { changes, extrinsics }) => {
    const { number } = block.header
    log.debug({ number, extrinsics: block.body.length }, 'block finalised')
    const isUpgrade = changesCode(changes)
    threads.noteBlock(changes, isUpgrade)
    pool.onBlock({ hash, number, extrinsics, accounts: changedAccounts(changes), isUpgrade })
  })
  const { prometheusPort } = config
  // Loaded by those who want it: it is an eighth of all that a node loads.
  const prometheus = prometheusPort === undefined ? undefined : await import('../metrics/index.ts')
  const metrics = prometheus?.nodeMetrics({
    height: () => chain.head.block.header.number,
    ready: () => [...pool.ready()].length,
    future: () => pool.size - [...pool.ready()].length,
    signatures: () => threads.size,
  })
  const observer = metrics ?? noObserver
  const metricsServer = metrics && (await prometheus?.metricsServer({ host, port: prometheusPort ?? 0 })(metrics))
  if (metricsServer !== undefined) resources.use(metricsServer)
  chain.onUpgraded(({ specName, specVersion }) => log.info({ specName, specVersion }, 'runtime upgraded'))
  const server = await rpcServer({
    host,
    port,
    methods: config.rpcMethods ?? 'all',
    onFault,
    onSlow: (method, busyMs) => log.warn({ method, busyMs: Math.round(busyMs) }, 'slow method'),
    onRefused: (reason) => log.warn({ reason }, 'connection not served'),
  })({
    chain,
    pool,
    spec,
    clock,
    makesBlocks: authority !== undefined,
    observer,
    version: VERSION,
  })
  resources.use(server)
  let engine: Engine | undefined
  if (authority !== undefined) {
    const upgrades = new UpgradeGuard({ onRefused: (refused) => log.warn(refused, 'runtime upgrade refused') })
    const application = new NodeApplication({ chain, pool, upgrades, observer, onFault })
    const init = blockIntervalMs === undefined ? { authority } : { authority, intervalMs: blockIntervalMs }
    engine = resources.use(solo(init)({ application, mempool: pool, clock }))
  }
  const genesisHash = toHex(chain.genesisHash)
  log.info({ number: chain.head.block.header.number, genesis: genesisHash, port: server.port }, 'node started')

  const owned = resources.move()
  const ended = Promise.withResolvers<void>()
  engine?.done.catch((cause: unknown) => {
    log.fatal({ err: cause }, 'engine failed')
    ended.reject(cause)
  })
  // A caller that never looks at `done` must not be ended by it.
  ended.promise.catch(() => {})
  let stopping: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    await owned.disposeAsync()
    ended.resolve()
    log.info({ number: chain.head.block.header.number }, 'node stopped')
  }
  return {
    port: server.port,
    prometheusPort: metricsServer?.port,
    genesisHash,
    chain,
    pool,
    done: ended.promise,
    [Symbol.asyncDispose]() {
      stopping ??= stop()
      return stopping
    },
  }
}

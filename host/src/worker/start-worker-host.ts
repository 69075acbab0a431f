/** A worker's host in one process: node connection, enclave, operator, blobs, HTTP. Entry point and testkit start it here. */
import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { ss58Encode } from '@pha/core/codec'
import { pino } from 'pino'
import { openBlobStore, openSnapshotIndex } from '../blobs/index.ts'
import { ChainReader, type Genesis } from './chain-reader.ts'
import type { WorkerHostConfig } from './config.ts'
import { listenHttp } from './http-api.ts'
import { NodeConnection } from './node-connection.ts'
import { type RunningHost, startRunningHost } from './running-host.ts'
import { codeOf, WorkerError } from './worker-error.ts'

export interface WorkerHost extends AsyncDisposable {
  /** Address of the HTTP API, as it is put on chain. */
  readonly endpoint: string
  /** The enclave's identity key, once it has started. */
  identity(): Uint8Array | undefined
  /** Process id of the enclave that runs now. */
  enclavePid(): number | undefined
  /** Resolves to the identity when the chain lists the enclave as active at this endpoint. Rejects if the host ends first. */
  readonly ready: Promise<Uint8Array>
  /** Settles when the host has ended; rejects if it could not go on. */
  readonly done: Promise<void>
}

/**
 * Starts a host; when this resolves, its port is open. The node may come later.
 *
 * @throws WorkerError `worker.cannot-listen`, `worker.bad-config`; the file system's error if the folder cannot be used
 * @example
 * await using host = await startWorkerHost({ dataDir, nodeUrl, bundle, role: 'worker', operator, port: 0 })
 * const identity = await host.ready
 */
export async function startWorkerHost(config: WorkerHostConfig): Promise<WorkerHost> {
  const log = (config.log ?? pino({ level: 'silent' })).child({ role: config.role })
  const stopping = new AbortController()
  const ready = Promise.withResolvers<Uint8Array>()
  const ended = Promise.withResolvers<void>()
  // Callers that never look at these must not be ended by them.
  for (const promise of [ready.promise, ended.promise]) promise.catch(() => {})

  const { host = '127.0.0.1', port } = config
  const disk = await openDisk(config)
  let running: RunningHost | undefined
  const api = await listenHttp({ host, port }, () => running?.http)
  const endpoint = config.publicUrl ?? `http://${host}:${api.port}`
  const node = new NodeConnection({ url: config.nodeUrl, log })
  const chain = new ChainReader(node)
  const genesis = firstGenesis(chain, stopping.signal)
  genesis.catch(fail)
  const parts = { ...disk, node, chain, genesis, endpoint, log, onReady: ready.resolve, onFailed: fail }
  running = startRunningHost(config, parts)
  log.info({ endpoint, operator: ss58Encode(config.operator.accountId) }, 'worker host started')

  function fail(error: unknown): void {
    if (stopping.signal.aborted) return
    log.fatal({ code: codeOf(error), fix: error instanceof WorkerError ? error.fix : undefined }, 'worker host failed')
    ended.reject(error)
    ready.reject(error)
  }

  return {
    endpoint,
    identity: () => running.identity(),
    enclavePid: () => running.enclavePid(),
    ready: ready.promise,
    done: ended.promise,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      ready.reject(new WorkerError('worker.stopped'))
      await Promise.all([api, running, node].map((part) => part?.[Symbol.asyncDispose]()))
      ended.resolve()
      log.info('worker host stopped')
    },
  }
}

/** The node may be started long after its workers. */
async function firstGenesis(chain: ChainReader, signal: AbortSignal): Promise<Genesis> {
  for (;;) {
    try {
      return await chain.genesis()
    } catch (error) {
      const late = error instanceof WorkerError && error.code === 'worker.node-unavailable'
      if (!late || signal.aborted) throw error
    }
  }
}

/** The permission model compares real paths: a store behind a symbolic link would be denied. */
async function openDisk({ dataDir, bundle }: WorkerHostConfig) {
  await mkdir(join(dataDir, 'store'), { recursive: true, mode: 0o700 })
  const data = await realpath(dataDir)
  const [blobs, snapshots, realBundle] = await Promise.all([
    openBlobStore(join(data, 'blobs')),
    openSnapshotIndex(join(data, 'snapshots')),
    realpath(bundle).catch((cause: unknown) => {
      const fix = 'build the enclaves, and give the path of a bundle'
      throw new WorkerError('worker.bad-config', { detail: `no bundle at ${bundle}`, fix, cause })
    }),
  ])
  return { store: join(data, 'store'), blobs, snapshots, bundle: realBundle }
}

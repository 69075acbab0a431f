/** The part of a worker's host that needs a chain: operator, enclave, and the way of headers and requests between them. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Hex, ss58Encode, toHex } from '@pha/core/codec'
import { type EnclaveStatus, FinalisedHeader } from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import { registry } from '@pha/runtime/pallets'
import type { Logger } from 'pino'
import type { BlobStore, SnapshotIndex } from '../blobs/index.ts'
import type { ChainReader, Genesis } from './chain-reader.ts'
import type { WorkerHostConfig } from './config.ts'
import { enclaveCommand } from './enclave-command.ts'
import { EnclaveKeeper } from './enclave-keeper.ts'
import { answerEnclave } from './enclave-requests.ts'
import type { NodeConnection } from './node-connection.ts'
import { Operator } from './operator.ts'
import type { HttpApiComponents } from './routes.ts'
import { Seen } from './seen.ts'
import { codeOf, WorkerError } from './worker-error.ts'

export interface RunningHostComponents {
  readonly node: NodeConnection
  readonly chain: ChainReader
  readonly genesis: Promise<Genesis>
  readonly blobs: BlobStore
  readonly snapshots: SnapshotIndex
  /** Folder of the enclave's sealed store. */
  readonly store: string
  readonly bundle: string
  readonly endpoint: string
  readonly log: Logger
  /** Told once, when the chain lists the enclave as active at this endpoint, and the enclave has proven that. */
  readonly onReady: (identity: Uint8Array) => void
  /** Told when this host cannot go on. */
  readonly onFailed: (error: WorkerError) => void
}

export interface RunningHost extends AsyncDisposable {
  readonly http: HttpApiComponents
  identity(): Uint8Array | undefined
  enclavePid(): number | undefined
}

export function startRunningHost(config: WorkerHostConfig, components: RunningHostComponents): RunningHost {
  const { node, chain, genesis, blobs, snapshots, store, bundle, endpoint, log } = components
  const seen = new Seen(Date.now)
  const operator = new Operator(config.operator, { chain, genesis, log })
  let status: EnclaveStatus | undefined
  const enclave = new EnclaveKeeper(
    {
      command: enclaveCommand({ bundle, store }, config.enclaveCommand),
      operator: operator.account,
      kind: config.role === 'worker' ? 'Worker' : 'Gatekeeper',
    },
    {
      genesis,
      log,
      serve: answerEnclave({ chain, blobs, snapshots, operator, seen, endpoint }),
      onStatus(newest: EnclaveStatus) {
        if (status === undefined) log.info({ identity: toHex(newest.identity) }, 'enclave started')
        status = newest
        check(newest.block)
      },
    },
  )

  const registrationWatch = watchRegistration({
    chain,
    operator,
    endpoint,
    knowsItself: async () => (await enclave.request({ type: 'Status' })).registered,
    onReady: components.onReady,
  })

  function check(block: number): void {
    if (status === undefined) return
    registrationWatch(status.identity, block).catch((error: unknown) => {
      log.debug({ code: codeOf(error) }, 'registration not readable now')
    })
  }

  node.subscribe('pha_subscribeFinalised', 'pha_finalised', (result) => {
    const header = parseHeader(result)
    if (header === undefined) return log.error('the node sent a header that is none')
    enclave.show(header)
    operator.onBlock()
    check(header.header.number)
  })
  node.onConnect(() => {
    operator.onConnect()
    Promise.all([chain.genesis(), genesis]).then(
      ([now, first]) => {
        if (now.hash !== first.hash) components.onFailed(otherChain(now.hash, first.hash))
      },
      // Lost again: the next connection is asked.
      () => {},
    )
  })

  return {
    identity: () => status?.identity,
    enclavePid: () => enclave.pid,
    http: {
      enclave,
      blobs,
      snapshots,
      seen,
      showSeen: config.showSeen === true ? () => seen.report() : undefined,
      log,
      status: async () => ({
        role: config.role,
        endpoint,
        operator: ss58Encode(operator.account),
        node: { connected: node.connected },
        enclave: { pid: enclave.pid ?? null, starts: enclave.starts },
        status: await enclave.request({ type: 'Status' }).then(statusJson, () => null),
      }),
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([enclave[Symbol.asyncDispose](), operator[Symbol.asyncDispose]()])
    },
  }
}

interface RegistrationWatchComponents {
  readonly chain: ChainReader
  readonly operator: Operator
  readonly endpoint: string
  /** Whether the enclave has proven its registration. */
  readonly knowsItself: () => Promise<boolean>
  readonly onReady: (identity: Uint8Array) => void
}

/** Looks, until it is so, whether the chain lists the enclave as active where this host serves; mends an old address. */
function watchRegistration({ chain, operator, endpoint, knowsItself, onReady }: RegistrationWatchComponents) {
  let settled = false
  let busy = false
  return async (identity: Uint8Array, block: number): Promise<void> => {
    if (settled || busy) return
    busy = true
    try {
      const worker = await chain.storage(registry.storage.workers, [identity])
      if (worker?.status.type !== 'Active' || worker.expiresAt < block) return
      if (worker.endpoint !== endpoint) {
        return await operator.submit(registry.calls.setEndpoint.encode({ identity, endpoint }))
      }
      // It was just shown the header that proves it, and is at work on that.
      for (let tries = 0; tries < 50 && !settled; tries++) {
        settled = await knowsItself()
        if (!settled) await sleep(20)
      }
      if (settled) onReady(identity)
    } finally {
      busy = false
    }
  }
}

function parseHeader(result: unknown): FinalisedHeader | undefined {
  if (typeof result !== 'string' || !/^0x(?:[0-9a-f]{2})*$/.test(result)) return undefined
  const header = tryDecode(FinalisedHeader, new Uint8Array(Buffer.from(result.slice(2), 'hex')))
  return header.ok ? header.value : undefined
}

function otherChain(now: Hex, before: Hex): WorkerError {
  const fix = 'connect to the node of the chain that this worker was started with, or start with another --data'
  return new WorkerError('worker.other-chain', { detail: `genesis ${now}, not ${before}`, fix })
}

function statusJson({ kind, identity, measurement, block, registered, contracts, sessions, releases }: EnclaveStatus) {
  return {
    kind: kind.type,
    identity: toHex(identity),
    measurement: toHex(measurement),
    block,
    registered,
    sessions,
    releases: Object.fromEntries(releases.map(({ outcome, count }) => [outcome, count])),
    contracts: contracts.map(({ contract, batch, committed, stateRoot, ready }) => ({
      contract: toHex(contract),
      batch,
      committed: committed.toString(),
      stateRoot: toHex(stateRoot),
      ready,
    })),
  }
}

/** The worker's role: contracts that the chain assigned to it, replies of their settled messages, sessions and queries. */
import { toHex } from '@pha/core/codec'
import { HostResponse, type SessionResponse } from '@pha/core/protocol'
import type { Executor } from '../executors/index.ts'
import { enclaveLimits } from '../limits.ts'
import { random } from '../random.ts'
import type { ClientRequest, EnclaveParts, Role } from '../service/enclave-service.ts'
import { latestWins } from '../service/latest-wins.ts'
import type { ProvenView } from '../sync/proven-view.ts'
import { SyncError } from '../sync/sync-error.ts'
import { ContractReplica } from './contract-replica.ts'
import { readOnly } from './contract-state.ts'
import { KeyCollector } from './key-collector.ts'
import { Keyring } from './keyring.ts'
import type { Asker } from './permit.ts'
import { ProgramCache } from './program-cache.ts'
import { ReleaseReceiver } from './receive-release.ts'
import type { ReplicaParts } from './replica-parts.ts'
import { sealedReply } from './reply.ts'
import { SessionKeeper } from './sessions.ts'
import { Turns } from './turns.ts'
import { WorkerTopic } from './worker-topic.ts'

export interface WorkerInit {
  readonly executor: Executor
  readonly nowMs: () => number
}

interface Running {
  readonly replica: ContractReplica
  readonly drive: (at: { readonly view: ProvenView; readonly isActive: boolean }) => void
}

/**
 * @example
 * const role = workerRole({ executor: loadJsExecutor(quickjsWasm), nowMs: Date.now })
 * const service = new EnclaveService({ kind: 'Worker', folder }, { host, log, tee, role })
 */
export function workerRole({ executor, nowMs }: WorkerInit): (parts: EnclaveParts) => Role {
  return (enclave) => {
    const { genesis, identity, chain, memory, journal, host } = enclave
    const keyring = new Keyring(memory)
    const collector = new KeyCollector(genesis)
    const programs = new ProgramCache({ host, executor, noticed: chain.noticed.bind(chain) })
    const turns = new Turns({ nowMs })
    const parts: ReplicaParts = { ...enclave, keyring, collector, programs, turns }
    const replicas = new Map<string, Running>()
    let isActive = false

    function assigned(contract: Uint8Array): void {
      const name = toHex(contract)
      if (replicas.has(name)) return
      const replica = new ContractReplica(contract, parts)
      const drive = latestWins(async ({ view, isActive }: { view: ProvenView; isActive: boolean }) => {
        // A contract that left and came back while an older block was looked at is kept by the newer step.
        if (await replica.step(view, isActive)) replicas.set(name, running)
        else replicas.delete(name)
      })
      const running: Running = { replica, drive }
      replicas.set(name, running)
    }

    /** At once: a block later would be a block later for everybody who waits for the contract. */
    function keyArrived(contract: Uint8Array): void {
      const { view } = chain
      if (view !== undefined) replicas.get(toHex(contract))?.drive({ view, isActive })
    }

    async function reply(contract: Uint8Array, sequence: bigint): Promise<Uint8Array | undefined> {
      const { view } = chain
      if (view === undefined) throw new SyncError('sync.no-header')
      const replica = replicas.get(toHex(contract))?.replica
      const keys = replica?.keys
      return replica && keys && sealedReply(parts, replica, keys, view, sequence)
    }

    async function query({ account, contract }: Asker, input: Uint8Array): Promise<SessionResponse> {
      const name = `${toHex(contract)}/queries`
      if (turns.isBusy(name)) return { type: 'Refused', value: { code: 'contract.busy' } }
      const served = replicas.get(toHex(contract))?.replica.served
      if (served === undefined) return { type: 'Refused', value: { code: 'contract.not-ready' } }
      const { program, state, stateRoot, block, timeMs } = served
      const gasLimit = served.gasLimit < enclaveLimits.queryGas ? served.gasLimit : enclaveLimits.queryGas
      const seed = random(32)
      const invocation = { kind: 'query', input, caller: account, contract, seed, gasLimit } as const
      const outcome = await turns.take(name, () =>
        program.invoke({ ...invocation, block: { number: block, timeMs } }, readOnly(state)),
      )
      switch (outcome.status) {
        case 'ok':
          return { type: 'Answer', value: { output: outcome.output, block, stateRoot } }
        case 'rejected':
          return { type: 'Rejected', value: { output: outcome.output } }
        case 'trap':
          return { type: 'Refused', value: { code: `contract.${outcome.reason}` } }
        default:
          return outcome satisfies never
      }
    }

    const worstLevel = (contract: Uint8Array) => replicas.get(toHex(contract))?.replica.served?.worstLevel
    const sessions = new SessionKeeper({ genesis, identity, nowMs, view: () => chain.view, worstLevel, journal, query })
    const releases = new ReleaseReceiver(enclave, { keyring, collector, keyArrived })
    const workerTopic = new WorkerTopic(enclave, { releases, assigned })

    return {
      async update(view, worker) {
        isActive = worker !== undefined
        await sessions.update(view, worker)
        await workerTopic.update(view)
        for (const { drive } of replicas.values()) drive({ view, isActive })
      },

      async answer(request: ClientRequest) {
        switch (request.type) {
          case 'OpenSession':
            return HostResponse.OpenSession.encode(sessions.open(request.value))
          case 'SessionMessage': {
            const { session, message } = request.value
            return HostResponse.SessionMessage.encode(await sessions.answer(session, message))
          }
          case 'Reply': {
            const { contract, sequence } = request.value
            return HostResponse.Reply.encode(await reply(contract, sequence))
          }
          case 'KeyReleased':
            releases.receive(request.value)
            return HostResponse.KeyReleased.encode(undefined)
          default:
            return request satisfies never
        }
      },

      status: () => ({
        sessions: sessions.count,
        releases: [],
        contracts: [...replicas.values()].map(({ replica }) => replica.status()),
      }),
    }
  }
}

/** Registration of enclaves, and which of them the rest of the chain may believe. */
import { equalBytes, toHex } from '@pha/core/codec'
import type { EnclaveKind } from '@pha/core/protocol'
import { implement } from '../../frame/implement.ts'
import { systemLogic } from '../system/logic.ts'
import { isInForce, judge } from './admission.ts'
import { registry, type Worker } from './schema.ts'

const MAX_BLOCK = 0xffff_ffff

export const registryLogic = implement(
  registry,
  { system: systemLogic },
  ({ storage, events, errors, constants, deps }) => {
    function blockNumberOf(hash: Uint8Array, oldest: number): number | undefined {
      for (let number = deps.system.blockNumber() - 1; number >= oldest; number--) {
        const known = deps.system.blockHash(number)
        if (known !== undefined && equalBytes(known, hash)) return number
      }
      return undefined
    }

    function operatedBy(who: Uint8Array, identity: Uint8Array): Worker {
      const worker = storage.workers.get(identity)
      if (worker === undefined) throw errors.WorkerUnknown()
      if (!equalBytes(worker.operator, who)) throw errors.OperatorMismatch()
      return worker
    }

    /** A build that was retired is not believed any more, whatever was valid when it registered. */
    function isBuildInForce(build: Uint8Array, block: number): boolean {
      const measurement = storage.measurements.get(build)
      return measurement !== undefined && isInForce(measurement, block)
    }

    function isValid({ status, expiresAt }: Worker, block: number): boolean {
      return status.type === 'Active' && block <= expiresAt
    }

    function isBelieved(worker: Worker, block: number): boolean {
      return isValid(worker, block) && isBuildInForce(worker.measurement, block)
    }

    return {
      calls: {
        register({ who }, { registration, evidence, endpoint }) {
          const { identity, agreement, operator } = registration
          if (!equalBytes(operator, who)) throw errors.OperatorMismatch()
          const held = storage.workers.get(identity)
          if (held !== undefined && !equalBytes(held.operator, who)) throw errors.OperatorMismatch()
          if (held === undefined && storage.workerCount.get() >= constants.maxWorkers) throw errors.RegistryFull()

          const block = deps.system.blockNumber()
          const policy = storage.policy.get()
          const admission = judge(evidence, registration, {
            genesis: deps.system.genesisHash(),
            block,
            policy,
            measurement: (measurement) => storage.measurements.get(measurement),
            blockNumberOf,
          })
          if (!admission.ok) throw errors[admission.reason](admission.detail)
          const { facts, kind, level, madeAt } = admission
          const tee = { type: facts.tee }
          // The hash of block `since` was not known before the suspension in it: evidence that names it is newer.
          if (held?.status.type === 'Suspended' && madeAt < held.status.value.since) throw errors.EvidenceTooOld()

          storage.workers.set(identity, {
            kind,
            tee,
            operator,
            agreement,
            measurement: facts.measurement,
            platform: facts.platform,
            level,
            status: { type: 'Active' },
            registeredAt: block,
            // Counted from the evidence, not from now: sending the same evidence again prolongs nothing.
            expiresAt: Math.min(madeAt + policy.validityBlocks, MAX_BLOCK),
            endpoint,
          })
          if (held === undefined) storage.workerCount.mutate((count) => count + 1)
          events.WorkerRegistered({ identity, operator, kind, tee, measurement: facts.measurement, level })
        },

        setEndpoint({ who }, { identity, endpoint }) {
          storage.workers.set(identity, { ...operatedBy(who, identity), endpoint })
          events.EndpointChanged({ identity })
        },

        deregister({ who }, { identity }) {
          const { status } = operatedBy(who, identity)
          // Else leaving and coming back with the old evidence would undo a suspension.
          const { maxEvidenceBlocks } = storage.policy.get()
          if (status.type === 'Suspended' && deps.system.blockNumber() - status.value.since < maxEvidenceBlocks) {
            throw errors.StillSuspended()
          }
          storage.workers.remove(identity)
          storage.workerCount.mutate((count) => count - 1)
          events.WorkerDeregistered({ identity })
        },
      },

      genesis({ policy, measurements }) {
        storage.policy.set(policy)
        for (const { measurement, allowed } of measurements) storage.measurements.set(measurement, allowed)
      },

      exposes: {
        worker: (identity: Uint8Array): Worker | undefined => storage.workers.get(identity),

        /** The enclave, if what it signs now is believed: active, unexpired, its build allowed, and of this kind. */
        activeWorker(identity: Uint8Array, kind: EnclaveKind['type']): Worker | undefined {
          const worker = storage.workers.get(identity)
          if (worker === undefined || worker.kind.type !== kind) return undefined
          return isBelieved(worker, deps.system.blockNumber()) ? worker : undefined
        },

        /** All workers that may run a contract of this level, in the order of the trie. Reads every worker. */
        eligibleWorkers(minimumLevel: number): { readonly identity: Uint8Array; readonly worker: Worker }[] {
          const block = deps.system.blockNumber()
          const eligible = []
          // Thousands of workers run a few builds: each is looked up once.
          const builds = new Map<string, boolean>()
          for (const [identity, worker] of storage.workers.entries()) {
            if (worker.kind.type !== 'Worker' || worker.level < minimumLevel || !isValid(worker, block)) continue
            const build = toHex(worker.measurement)
            const isInUse = builds.get(build) ?? isBuildInForce(worker.measurement, block)
            builds.set(build, isInUse)
            if (isInUse) eligible.push({ identity, worker })
          }
          return eligible
        },

        /** Stops believing an enclave until it registers with newer evidence. */
        suspend(identity: Uint8Array): void {
          const worker = storage.workers.get(identity)
          if (worker === undefined || worker.status.type === 'Suspended') return
          const since = deps.system.blockNumber()
          storage.workers.set(identity, { ...worker, status: { type: 'Suspended', value: { since } } })
          events.WorkerSuspended({ identity })
        },
      },

      invariants: {
        'workerCount is the number of workers': () => [...storage.workers.keys()].length === storage.workerCount.get(),
      },
    }
  },
)

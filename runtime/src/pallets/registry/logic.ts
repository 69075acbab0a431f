/** Registration of enclaves, and which of them the rest of the chain may believe: the parts put together. */
import { isConfident } from '@pha/core/attestation'
import { toHex } from '@pha/core/codec'
import type { EnclaveKind, Evidence, Registration } from '@pha/core/protocol'
import { implement } from '../../frame/implement.ts'
import { isInForce } from './admission.ts'
import { assessing } from './assessment.ts'
import type { EvidenceAssessment } from './assessment-schema.ts'
import { dependencies } from './context.ts'
import { governanceCalls } from './governance.ts'
import { collateralKeeping } from './held-collateral.ts'
import { registryInvariants } from './invariants.ts'
import { judging as judgingOf } from './judging.ts'
import { registryMigrations } from './migrations.ts'
import { registrationCalls } from './registration.ts'
import { registry, type Worker } from './schema.ts'
import { collateralCalls } from './update-collateral.ts'
import { revocationCalls } from './update-revocations.ts'
import { workerKeeping } from './workers.ts'

export const registryLogic = implement(registry, dependencies, (context) => {
  const { storage, events, deps } = context
  const workers = workerKeeping(context)
  const held = collateralKeeping(context)
  const judging = judgingOf(context, workers, held)
  const assess = assessing(context, held)

  /** A build that was retired is not believed any more, whatever was valid when it registered. */
  function isBuildInForce(build: Uint8Array, block: number): boolean {
    const measurement = storage.measurements.get(build)
    return measurement !== undefined && isInForce(measurement, block)
  }

  function isValid({ status, expiresAt }: Worker, block: number): boolean {
    return status.type === 'Active' && block <= expiresAt
  }

  return {
    calls: {
      ...registrationCalls(context, { workers, judging, assess }),
      ...collateralCalls(context, held, judging),
      ...revocationCalls(context, held, judging),
      ...governanceCalls(context, judging),
    },

    hooks: { onInitialize: judging.onInitialize },
    migrations: registryMigrations(context),
    invariants: registryInvariants(context),

    genesis({ policy, measurements, testRoots, noticeBlocks }) {
      storage.attestationPolicy.set(policy)
      storage.noticeBlocks.set(noticeBlocks)
      if (testRoots !== undefined) storage.testRoots.set(testRoots)
      for (const { measurement, allowed } of measurements) {
        storage.measurements.set(measurement, allowed)
        if (allowed.retiredFrom !== undefined) judging.noteRetirement(allowed.retiredFrom)
      }
    },

    exposes: {
      worker: (identity: Uint8Array): Worker | undefined => storage.workers.get(identity),
      workerCount: (): number => storage.workerCount.get(),

      /** What `register` would do now if the operator whom the registration names sent this; changes nothing. */
      assess(registration: Registration, evidence: Evidence): EvidenceAssessment {
        const assessed = assess(registration, evidence)
        if (assessed.ok) {
          const { kind, level, because, expiresAt } = assessed
          return { type: 'Accepted', value: { kind, level, because, expiresAt } }
        }
        const { reason: error, rule, detail } = { rule: undefined, detail: undefined, ...assessed }
        return { type: 'Refused', value: { error, rule, detail } }
      },

      /** The enclave, if what it signs now is believed: active, unexpired, its build allowed, and of this kind. */
      activeWorker(identity: Uint8Array, kind: EnclaveKind['type']): Worker | undefined {
        const worker = storage.workers.get(identity)
        if (worker === undefined || worker.kind.type !== kind) return undefined
        const block = deps.system.blockNumber()
        return isValid(worker, block) && isBuildInForce(worker.measurement, block) ? worker : undefined
      },

      /** All workers that may run a contract that accepts no level worse than this, in the order of the trie. Reads every worker. */
      eligibleWorkers(worstLevel: number): { readonly identity: Uint8Array; readonly worker: Worker }[] {
        const block = deps.system.blockNumber()
        const eligible = []
        // Thousands of workers run a few builds: each is looked up once.
        const builds = new Map<string, boolean>()
        for (const [identity, worker] of storage.workers.entries()) {
          if (worker.kind.type !== 'Worker' || !isConfident(worker.level, worstLevel) || !isValid(worker, block))
            continue
          const build = toHex(worker.measurement)
          const isInUse = builds.get(build) ?? isBuildInForce(worker.measurement, block)
          builds.set(build, isInUse)
          if (isInUse) eligible.push({ identity, worker })
        }
        return eligible
      },

      /** The gatekeepers that an account operates, whatever their status. */
      *gatekeepersOf(operator: Uint8Array): Generator<Uint8Array, void, undefined> {
        for (const [, identity] of storage.gatekeepers.keys(operator)) yield identity
      },

      /** Stops believing an enclave until it registers with newer evidence. */
      suspend(identity: Uint8Array): void {
        const worker = storage.workers.get(identity)
        if (worker === undefined || worker.status.type === 'Suspended') return
        const since = deps.system.blockNumber()
        storage.workers.set(identity, { ...worker, status: { type: 'Suspended', value: { since } } })
        workers.lower(identity)
        events.WorkerSuspended({ identity })
      },

      /** Enclaves that lost standing since the last time that this was asked; told once. */
      takeLowered(): readonly Uint8Array[] {
        const lowered = storage.lowered.get()
        if (lowered.length > 0) storage.lowered.remove()
        return lowered
      },
    },
  }
})

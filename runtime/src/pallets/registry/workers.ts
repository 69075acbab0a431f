/** The records of enclaves, and the lists that are kept beside them: by family of platforms, gatekeepers by operator, and those that lost standing. */
import { equalBytes } from '@pha/core/codec'
import type { RegistryContext } from './context.ts'
import { familyOf } from './family.ts'
import type { JudgedStanding, Worker } from './schema.ts'

export type Workers = ReturnType<typeof workerKeeping>

export function workerKeeping({ storage, errors }: RegistryContext) {
  function leaveLists(identity: Uint8Array): void {
    const worker = storage.workers.get(identity)
    const standing = storage.standings.get(identity)
    if (worker !== undefined && standing !== undefined)
      storage.families.remove(familyOf(worker.tee, standing.standing), identity)
    if (worker?.kind.type === 'Gatekeeper') storage.gatekeepers.remove(worker.operator, identity)
  }

  return {
    operatedBy(who: Uint8Array, identity: Uint8Array): Worker {
      const worker = storage.workers.get(identity)
      if (worker === undefined) throw errors.WorkerUnknown()
      if (!equalBytes(worker.operator, who)) throw errors.OperatorMismatch()
      return worker
    },

    put(identity: Uint8Array, worker: Worker, standing: JudgedStanding): void {
      if (!storage.workers.has(identity)) storage.workerCount.mutate((count) => count + 1)
      leaveLists(identity)
      storage.workers.set(identity, worker)
      storage.standings.set(identity, standing)
      storage.families.set(familyOf(worker.tee, standing.standing), identity, undefined)
      if (worker.kind.type === 'Gatekeeper') storage.gatekeepers.set(worker.operator, identity, undefined)
    },

    remove(identity: Uint8Array): void {
      leaveLists(identity)
      storage.workers.remove(identity)
      storage.standings.remove(identity)
      storage.workerCount.mutate((count) => count - 1)
    },

    /** Notes that others may have to do without this enclave. */
    lower(identity: Uint8Array): void {
      storage.lowered.mutate((lowered) =>
        lowered.some((known) => equalBytes(known, identity)) ? lowered : [...lowered, identity],
      )
    },
  }
}

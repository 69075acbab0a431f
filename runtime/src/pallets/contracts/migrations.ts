/** How contracts of older runtimes are brought up to date. */
import { BEST_LEVEL, WORST_LEVEL } from '@pha/core/attestation'
import type { ContractsContext } from './context.ts'

export function contractMigrations({ storage }: ContractsContext): { readonly [version: number]: () => void } {
  return {
    /** Version 1 knows the contracts of each worker, and counts levels from the best: a policy said the least level before. */
    1() {
      for (const [id, contract] of [...storage.contracts.entries()]) {
        const { replicas, policy } = contract
        const worstLevel = Math.min(Math.max(BEST_LEVEL + WORST_LEVEL - policy.worstLevel, BEST_LEVEL), WORST_LEVEL)
        storage.contracts.set(id, { ...contract, policy: { ...policy, worstLevel } })
        for (const replica of replicas) storage.assignments.set(replica, id, undefined)
      }
    },
  }
}

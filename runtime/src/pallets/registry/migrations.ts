/** How the registry of older runtimes is brought up to date. */
import { type AttestationPolicy, strictPolicy, WORST_LEVEL } from '@pha/core/attestation'
import { type Infer, t } from '@pha/core/schema'
import { nameStorageItem } from '../../frame/declare/storage-item.ts'
import { value } from '../../frame/declare.ts'
import type { RegistryContext } from './context.ts'
import { familyOf } from './family.ts'

const FormerPolicy = t.struct('AttestationPolicy', {
  simulatedRoot: t.option(t.bytes32),
  maxEvidenceBlocks: t.u32,
  validityBlocks: t.u32,
})
const formerPolicy = nameStorageItem('Registry', 'policy', value(FormerPolicy, 'Of version 0.'))

export function registryMigrations({ storage, env }: RegistryContext): { readonly [version: number]: () => void } {
  return {
    /**
     * Version 1 has a policy with rules for each kind of evidence, keeps what is left of evidence, and counts levels from
     * the best. Before, all evidence was simulated.
     */
    1() {
      const former = env.formerItem(formerPolicy)
      const policy = former.get()
      if (policy !== undefined) storage.attestationPolicy.set(widened(policy))
      former.remove()
      const root = policy?.simulatedRoot
      for (const [identity, worker] of [...storage.workers.entries()]) {
        storage.workers.set(identity, { ...worker, level: WORST_LEVEL })
        if (root === undefined) continue
        const standing = { type: 'Simulated', value: { root } } as const
        storage.standings.set(identity, { standing, because: 'kind:Simulated' })
        storage.families.set(familyOf(worker.tee, standing), identity, undefined)
      }
    },

    /** Version 2 knows the gatekeepers of each operator. */
    2() {
      for (const [identity, { kind, operator }] of [...storage.workers.entries()]) {
        if (kind.type === 'Gatekeeper') storage.gatekeepers.set(operator, identity, undefined)
      }
    },
  }
}

function widened({ simulatedRoot, maxEvidenceBlocks, validityBlocks }: Infer<typeof FormerPolicy>): AttestationPolicy {
  const simulated = simulatedRoot === undefined ? undefined : { roots: [simulatedRoot], level: WORST_LEVEL }
  return { ...strictPolicy, maxEvidenceBlocks, validityBlocks, simulated }
}

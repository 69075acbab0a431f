/** The contracts pallet, put together from its parts. */
import { implement } from '../../frame/implement.ts'
import { batchKeeping } from './batches.ts'
import { commandCalls } from './commands.ts'
import { dependencies } from './context.ts'
import { exposing } from './exposure.ts'
import { contractInvariants } from './invariants.ts'
import { contractMigrations } from './migrations.ts'
import { moving } from './moves.ts'
import { publicationCalls } from './publication.ts'
import { replacementCalls } from './replacement.ts'
import { replicaKeeping } from './replicas.ts'
import { rootMoving } from './roots.ts'
import { type Contract, contracts } from './schema.ts'
import { sealedCounting } from './sealed-commands.ts'
import { settlementCalls } from './settlement.ts'

export const contractsLogic = implement(contracts, dependencies, (context) => {
  const replicas = replicaKeeping(context)
  const batches = batchKeeping(context)
  const roots = rootMoving(context)
  const sealedCounts = sealedCounting(context)
  const leaveWorkers = moving(context, replicas)
  return {
    calls: {
      ...publicationCalls(context, replicas, batches),
      ...commandCalls(context, { replicas, batches, roots, sealedCounts }),
      ...settlementCalls(context, replicas, batches),
      ...replacementCalls(context, replicas),
    },
    hooks: {
      onInitialize() {
        leaveWorkers()
        roots.moveOn()
      },
      onFinalize: batches.openTouched,
    },
    migrations: contractMigrations(context),
    exposes: {
      contract: (id: Uint8Array): Contract | undefined => context.storage.contracts.get(id),
      useRoot: roots.useRoot,
      hasFormerRoot: roots.hasFormerRoot,
      exposure: exposing(context, sealedCounts),
    },
    invariants: contractInvariants(context),
  }
})

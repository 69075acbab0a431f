/** The contracts pallet, put together from its parts. */
import { implement } from '../../frame/implement.ts'
import { batchKeeping } from './batches.ts'
import { commandCalls } from './commands.ts'
import { dependencies } from './context.ts'
import { contractInvariants } from './invariants.ts'
import { contractMigrations } from './migrations.ts'
import { moving } from './moves.ts'
import { publicationCalls } from './publication.ts'
import { replacementCalls } from './replacement.ts'
import { replicaKeeping } from './replicas.ts'
import { type Contract, contracts } from './schema.ts'
import { settlementCalls } from './settlement.ts'

export const contractsLogic = implement(contracts, dependencies, (context) => {
  const replicas = replicaKeeping(context)
  const batches = batchKeeping(context)
  return {
    calls: {
      ...publicationCalls(context, replicas, batches),
      ...commandCalls(context, replicas, batches),
      ...settlementCalls(context, replicas, batches),
      ...replacementCalls(context, replicas),
    },
    hooks: { onInitialize: moving(context, replicas), onFinalize: batches.openTouched },
    migrations: contractMigrations(context),
    exposes: { contract: (id: Uint8Array): Contract | undefined => context.storage.contracts.get(id) },
    invariants: contractInvariants(context),
  }
})

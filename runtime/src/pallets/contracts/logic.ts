/** The contracts pallet, put together from its parts. */
import { implement } from '../../frame/implement.ts'
import { batchKeeping } from './batches.ts'
import { commandCalls } from './commands.ts'
import { dependencies } from './context.ts'
import { epochCalls, epochKeeping } from './epochs.ts'
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
  const { storage } = context
  const epochs = epochKeeping(context)
  const replicas = replicaKeeping(context, epochs)
  const batches = batchKeeping(context)
  const roots = rootMoving(context, epochs)
  const sealedCounts = sealedCounting(context)
  const leaveWorkers = moving(context, replicas, epochs)
  return {
    calls: {
      ...publicationCalls(context, replicas, batches, epochs),
      ...commandCalls(context, { replicas, batches, epochs, sealedCounts }),
      ...settlementCalls(context, replicas, batches, epochs),
      ...replacementCalls(context, replicas),
      ...epochCalls(context, epochs),
    },
    hooks: {
      onInitialize(block) {
        leaveWorkers()
        roots.moveOn()
        epochs.lookAtDue(block)
      },
      onFinalize: batches.openTouched,
    },
    migrations: contractMigrations(context),
    exposes: {
      contract: (id: Uint8Array): Contract | undefined => storage.contracts.get(id),
      /** Whether replicas of a contract may have the key of this epoch and root now. */
      isLiveEpoch: epochs.isLive,
      useRoot: roots.useRoot,
      moved: roots.moved,
      exposure: exposing(context, epochs, sealedCounts),
    },
    invariants: contractInvariants(context),
  }
})

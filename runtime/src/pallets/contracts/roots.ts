/**
 * A new root: contract after contract begins an epoch whose keys come from it, as far as a block's share of time goes. The
 * old command key serves until the replicas of a contract agree on the new one.
 */
import { system } from '../system/schema.ts'
import type { ContractsContext } from './context.ts'

const { read, write } = system.constants.dbWeight.value
/** A sixth of a block, as for contracts that leave a worker. */
const ROOM = system.constants.blockWeights.value.maxBlock.refTime / 6n
/** The contract, its command key and its replicas' votes for one. */
const MOVE = 4n * read + 20n * write + 100_000_000n

export type RootMoves = ReturnType<typeof rootMoving>

export function rootMoving({ storage, events, deps }: ContractsContext) {
  function move(id: Uint8Array, root: number): void {
    const contract = storage.contracts.get(id)
    if (contract === undefined || contract.root === root) return
    const epoch = contract.epoch + 1
    storage.contracts.set(id, { ...contract, epoch, root })
    storage.commandKeyVotes.clear(id)
    // Without a command key nothing was ever sealed with keys of the old root.
    if (storage.commandKeys.has(id)) {
      storage.rekeying.set(id, undefined)
      storage.rekeyingCount.mutate((count) => count + 1)
    }
    events.EpochBegan({ contract: id, epoch, root })
  }

  return {
    /** Says from which root keys come from now on. */
    useRoot(root: number): void {
      storage.root.set(root)
      storage.rootMove.set({ after: undefined, left: storage.deployments.get() })
    },

    /** Whether some contract still needs keys of the root before: it has not moved, or its replicas have no new key yet. */
    hasFormerRoot: (): boolean => storage.rootMove.has() || storage.rekeyingCount.get() > 0,

    /** Replicas agreed on the command key of the contract's epoch. */
    noteRekeyed(id: Uint8Array): void {
      if (!storage.rekeying.has(id)) return
      storage.rekeying.remove(id)
      storage.rekeyingCount.mutate((count) => count - 1)
    },

    moveOn(): void {
      const moving = storage.rootMove.get()
      if (moving === undefined) return
      const root = storage.root.get()
      const ids = moving.after === undefined ? storage.contracts.keys() : storage.contracts.keysAfter([moving.after])
      let { after, left } = moving
      let used = 0n
      for (const id of ids) {
        if (used + MOVE > ROOM) {
          storage.rootMove.set({ after, left })
          deps.system.consumeInHook(used)
          return
        }
        used += MOVE
        move(id, root)
        after = id
        left = left > 0n ? left - 1n : 0n
      }
      storage.rootMove.remove()
      deps.system.consumeInHook(used)
    },
  }
}

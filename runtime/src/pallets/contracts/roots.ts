/**
 * A new root: contract after contract is asked to begin an epoch whose keys come from it, as far as a block's share of time
 * goes. Keys of the root before serve until the last epoch that has them is closed (`epochs.ts`).
 */
import { system } from '../system/schema.ts'
import type { ContractsContext } from './context.ts'
import type { Epochs } from './epochs.ts'
import type { Contract, MovedContracts } from './schema.ts'

const { read, write } = system.constants.dbWeight.value
/** A sixth of a block, as for contracts that leave a worker. */
const ROOM = system.constants.blockWeights.value.maxBlock.refTime / 6n
/** The contract, its code, its command key and its epochs. */
const MOVE = 8n * read + 6n * write + 100_000_000n

export function rootMoving({ storage, deps }: ContractsContext, epochs: Epochs) {
  function move(id: Uint8Array, root: number): void {
    const contract = storage.contracts.get(id)
    // Deployed since, or in an epoch that began since.
    if (contract === undefined || contract.root === root) return
    if (isUnreleased(contract)) return epochs.takeRoot(id, contract, root)
    epochs.needsFormerRoot(id)
    epochs.advance(id, { type: 'Root' })
  }

  /** In its notice period: no gatekeeper has released a key, so there is nothing that one of the root before would open. */
  function isUnreleased({ codeHash, policy }: Contract): boolean {
    const code = storage.codes.get(codeHash)
    return code !== undefined && code.publicSince + policy.noticeBlocks > deps.system.blockNumber()
  }

  return {
    /** Says from which root keys come from now on. The first one is what contracts have waited for. */
    useRoot(root: number): void {
      if (root === storage.root.get()) return
      storage.root.set(root)
      storage.rootMove.set({ after: undefined })
      storage.moved.set({ contracts: storage.deployments.get(), done: 0n })
    },

    /** Of the contracts that there were when the newest root took office, how many need the one before no more. */
    moved: (): MovedContracts => storage.moved.get(),

    moveOn(): void {
      const moving = storage.rootMove.get()
      if (moving === undefined) return
      const root = storage.root.get()
      const ids = moving.after === undefined ? storage.contracts.keys() : storage.contracts.keysAfter([moving.after])
      let { after } = moving
      let used = 0n
      for (const id of ids) {
        if (used + MOVE > ROOM) {
          storage.rootMove.set({ after })
          deps.system.consumeInHook(used)
          return
        }
        used += MOVE
        move(id, root)
        after = id
      }
      storage.rootMove.remove()
      deps.system.consumeInHook(used)
    },
  }
}

/**
 * Contracts leave workers that lost their standing: suspended, refused by a new policy or collateral, of a level that is
 * too low for the contract now, or gone. Where one stays that is believed less than before, the keys it has are replaced: it
 * gets the new ones on the terms of now. A queue of workers, worked on when a block begins, as far as its share of time goes.
 */
import { system } from '../system/schema.ts'
import { WEIGHTS } from '../weights.ts'
import type { ContractsContext } from './context.ts'
import type { Epochs } from './epochs.ts'
import type { Replicas } from './replicas.ts'

const { read, write } = system.constants.dbWeight.value
const { replaceReplica } = WEIGHTS.Contracts
/** A sixth of a block: moving on takes blocks, commands of contracts that stay take precedence. */
const ROOM = system.constants.blockWeights.value.maxBlock.refTime / 6n
/** Looking whether a contract still believes its replica, and asking for new keys: contract, worker, build, epochs. */
const LOOK = 7n * read + 3n * write + 60_000_000n
/** What a replacement costs for each registered worker; measured with the largest registry. */
const PER_WORKER = replaceReplica.refTime / 2_000n + 2n * read
const MOVE = 8n * write

export function moving({ storage, events, deps }: ContractsContext, replicas: Replicas, epochs: Epochs) {
  function queueLowered(): void {
    for (const worker of deps.registry.takeLowered()) {
      const [first] = storage.assignments.keys(worker)
      if (first !== undefined) storage.leaving.set(worker, undefined)
    }
  }

  /** @returns whether the worker still is what the contract asks for */
  function isWanted(id: Uint8Array, worker: Uint8Array): boolean {
    const contract = storage.contracts.get(id)
    return contract !== undefined && replicas.votingReplica(contract, worker) !== undefined
  }

  /** Moves contracts as far as there is room; what is left goes on in the next block. */
  return function moveOn(): void {
    queueLowered()
    const [first] = storage.leaving.keys()
    if (first === undefined) return
    const move = MOVE + BigInt(deps.registry.workerCount()) * PER_WORKER
    let used = 0n
    for (const [worker, after] of storage.leaving.entries()) {
      const assigned =
        after === undefined ? storage.assignments.keys(worker) : storage.assignments.keysAfter([worker, after], worker)
      let last = after
      for (const [, contract] of assigned) {
        // The first always has its turn, however many workers a move has to look at.
        if (used > 0n && used + LOOK + move > ROOM) {
          storage.leaving.set(worker, last)
          deps.system.consumeInHook(used)
          return
        }
        used += LOOK
        last = contract
        if (!isWanted(contract, worker)) {
          used += move
          if (replicas.replace(contract, [worker]) > 0) continue
          events.NoReplacement({ contract, replica: worker })
        }
        epochs.advance(contract, { type: 'Downgraded' })
      }
      storage.leaving.remove(worker)
    }
    deps.system.consumeInHook(used)
  }
}

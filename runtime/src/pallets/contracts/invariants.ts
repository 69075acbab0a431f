/** What always holds between blocks; tests and fuzzing ask after every step. */
import { equalBytes, toHex } from '@pha/core/codec'
import { epochOfBatch, topics } from '@pha/core/protocol'
import type { ContractsContext } from './context.ts'

export function contractInvariants({ storage, constants, deps }: ContractsContext) {
  const all = (holds: (id: Uint8Array) => boolean): boolean => [...storage.contracts.keys()].every(holds)

  return {
    'an open batch starts after the settled messages, ends with a known one and is not too long': () =>
      all((id) => {
        const progress = storage.progress.get(id)
        const { sequence } = deps.messages.head(topics.contract(id))
        if (progress?.open === undefined) return true
        const { from, to } = progress.open
        return from === progress.committed + 1n && from <= to && to <= sequence && to - from < constants.maxBatch
      }),

    'replicas are distinct and as many as the policy asks for': () =>
      all((id) => {
        const { replicas = [], policy } = storage.contracts.get(id) ?? {}
        return replicas.length === policy?.replicas && new Set(replicas.map(toHex)).size === replicas.length
      }),

    'assignments are the replicas of contracts, the other way round': () => {
      const assigned = [...storage.assignments.keys()]
      const replicas = [...storage.contracts.entries()].reduce((sum, [, contract]) => sum + contract.replicas.length, 0)
      const isReplica = ([worker, id]: readonly [Uint8Array, Uint8Array]): boolean =>
        storage.contracts.get(id)?.replicas.some((replica) => equalBytes(replica, worker)) === true
      return assigned.length === replicas && assigned.every(isReplica)
    },

    'no contract has a key of a root that is yet to come': () =>
      all((id) => (storage.contracts.get(id)?.root ?? 0) <= storage.root.get()),

    'contracts that have moved to the newest root are counted': () => {
      const root = storage.root.get()
      const { contracts, done } = storage.moved.get()
      const entries = [...storage.contracts.entries()]
      const remaining = entries.filter(([id, contract]) => contract.root !== root || storage.rekeying.has(id))
      return contracts - done === BigInt(remaining.length)
    },

    'only replicas have votes, and only on an open batch': () =>
      all((id) => {
        const replicas = storage.contracts.get(id)?.replicas ?? []
        const voters = [...storage.votes.keys(id)].map(([, worker]) => worker)
        const isOpen = storage.progress.get(id)?.open !== undefined
        return voters.every((voter) => isOpen && replicas.some((replica) => equalBytes(replica, voter)))
      }),

    'at most one epoch is pending, at most one is not closed, and the command key is of the one in force': () =>
      all((id) => {
        const epoch = storage.contracts.get(id)?.epoch
        const epochs = storage.keyEpochs.get(id)
        if (epoch === undefined || epochs === undefined) return false
        const { inForce, firstBatch, previous, wanted, agreedAt } = epochs
        const isPending = epoch !== inForce || agreedAt === undefined
        const keyEpoch = storage.commandKeys.get(id)?.epoch
        return (
          (epoch === inForce || epoch === inForce + 1) &&
          keyEpoch === (agreedAt === undefined ? undefined : inForce) &&
          (previous === undefined || (previous.epoch === inForce - 1 && previous.firstBatch <= firstBatch)) &&
          (wanted === undefined || isPending || previous !== undefined)
        )
      }),

    'an open batch, and every command that is not settled, is of an epoch that is not closed': () =>
      all((id) => {
        const epochs = storage.keyEpochs.get(id)
        const progress = storage.progress.get(id)
        if (epochs === undefined || progress === undefined) return false
        return epochOfBatch(epochs, progress.batch + 1) !== undefined
      }),

    'votes on a command key are on the pending epoch': () =>
      all((id) => {
        const contract = storage.contracts.get(id)
        return [...storage.commandKeyVotes.entries(id)].every(([, { epoch }]) => epoch === contract?.epoch)
      }),

    'the newest final commit says what progress says': () =>
      all((id) => {
        const progress = storage.progress.get(id)
        if (progress === undefined || progress.batch === 0) return progress !== undefined
        const commit = storage.commits.get(id, progress.batch)?.commit
        return commit?.to === progress.committed && equalBytes(commit.newRoot, progress.stateRoot)
      }),
  }
}

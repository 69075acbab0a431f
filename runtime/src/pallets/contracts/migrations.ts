/** How contracts of older runtimes are brought up to date. */
import { BEST_LEVEL, WORST_LEVEL } from '@pha/core/attestation'
import { limits, topics } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { nameStorageItem } from '../../frame/declare/storage-item.ts'
import { map, value } from '../../frame/declare.ts'
import type { ContractsContext } from './context.ts'
import { ContractPolicy, Executor } from './schema.ts'

/** Of versions 0 and 1. */
const FormerContract = t.struct('Contract', {
  deployer: t.accountId,
  codeHash: t.hash,
  executor: Executor,
  policy: ContractPolicy,
  deployedAt: t.u32,
  epoch: t.u32,
  replicas: t.boundedVec(t.bytes32, limits.replicas),
})
const formerContracts = nameStorageItem(
  'Contracts',
  'contracts',
  map('Blake2_128Concat', t.bytes32, FormerContract, 'Of versions 0 and 1.'),
)

/** Up to version 4. */
const FormerMove = t.struct('RootMove', { after: t.option(t.bytes32), left: t.u64 })
const formerMove = nameStorageItem('Contracts', 'rootMove', value(FormerMove, 'Up to version 4.'))
const rekeyingCount = nameStorageItem('Contracts', 'rekeyingCount', value(t.u32, 'Up to version 4.'))

export function contractMigrations({ storage, deps, env, constants }: ContractsContext): {
  readonly [version: number]: () => void
} {
  return {
    /** Version 1 knows the contracts of each worker, and counts levels from the best: a policy said the least level before. */
    1() {
      const former = env.formerItem(formerContracts)
      for (const [id, contract] of [...former.entries()]) {
        const { replicas, policy } = contract
        const worstLevel = Math.min(Math.max(BEST_LEVEL + WORST_LEVEL - policy.worstLevel, BEST_LEVEL), WORST_LEVEL)
        former.set(id, { ...contract, policy: { ...policy, worstLevel } })
        for (const replica of replicas) storage.assignments.set(replica, id, undefined)
      }
    },

    /** Version 2 knows from which root the keys of a contract come: there was only one before. */
    2() {
      for (const [id, contract] of [...env.formerItem(formerContracts).entries()]) {
        storage.contracts.set(id, { ...contract, root: 1 })
      }
    },

    /** Version 3 counts commands and their bytes. What was sent before is in archives only, where no runtime reads. */
    3() {
      for (const id of [...storage.contracts.keys()]) {
        const { sequence: uncounted } = deps.messages.head(topics.contract(id))
        storage.sealedCommands.set(id, { total: { commands: 0n, bytes: 0n }, uncounted, epochs: [] })
      }
    },

    /** Version 4 has key epochs. Before, all contracts were in epoch 0 for ever; their keys are a period old at the most from now. */
    4() {
      const block = deps.system.blockNumber()
      for (const [id] of [...storage.contracts.entries()]) {
        const agreedAt = storage.commandKeys.has(id) ? block : undefined
        const { keyPeriod: period } = constants
        storage.keyEpochs.set(id, {
          inForce: 0,
          root: 1,
          firstBatch: 1,
          agreedAt,
          previous: undefined,
          wanted: undefined,
          period,
        })
        if (agreedAt !== undefined) storage.epochsDue.set(block + period, id, undefined)
      }
    },

    /** Version 5 counts contracts that have moved to a new root. Those deployed since are counted as moved, once. */
    5() {
      const move = env.formerItem(formerMove).get()
      if (move !== undefined) storage.rootMove.set({ after: move.after })
      env.formerItem(rekeyingCount).remove()
      const root = storage.root.get()
      let contracts = 0n
      let remaining = 0n
      for (const [id, contract] of storage.contracts.entries()) {
        contracts++
        if (contract.root !== root || storage.rekeying.has(id)) remaining++
      }
      if (remaining > 0n) storage.moved.set({ contracts, done: contracts - remaining })
    },
  }
}

/** The workers that run a contract: choosing them, asking whether one may vote, replacing one. */
import { isConfident } from '@pha/core/attestation'
import { equalBytes } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { bind, contexts, topics, WorkerMessage } from '@pha/core/protocol'
import type { Worker } from '../registry/schema.ts'
import { type Candidate, chooseReplicas } from './choose-replicas.ts'
import type { ContractsContext } from './context.ts'
import type { Epochs } from './epochs.ts'
import type { Contract, ContractPolicy } from './schema.ts'

export type Replicas = ReturnType<typeof replicaKeeping>

export function replicaKeeping({ storage, events, deps }: ContractsContext, epochs: Epochs) {
  function candidates(contract: Uint8Array, policy: ContractPolicy, except: readonly Uint8Array[]): Candidate[] {
    const seed = deps.beacon.seed()
    return deps.registry
      .eligibleWorkers(policy.worstLevel)
      .filter(({ identity }) => !except.some((taken) => equalBytes(taken, identity)))
      .map(({ identity, worker }) => ({
        identity,
        tee: worker.tee.type,
        score: blake2b256(bind(contexts.assignment, seed, contract, identity)),
      }))
  }

  /** Tells a worker by its own topic: it follows that by proof, and can't list a map of the state. */
  function announce(contract: Uint8Array, replica: Uint8Array): void {
    const message = WorkerMessage.encode({ type: 'Assigned', value: { contract } })
    deps.messages.push(topics.worker(replica), { type: 'System' }, message)
  }

  return {
    announce,

    /** Replicas of a new contract, or `undefined` if too few workers satisfy the policy. */
    assign(contract: Uint8Array, policy: ContractPolicy): Uint8Array[] | undefined {
      const places = { count: policy.replicas, vendors: policy.vendors }
      const chosen = chooseReplicas(candidates(contract, policy, []), places)?.map(({ identity }) => identity)
      for (const identity of chosen ?? []) storage.assignments.set(identity, contract, undefined)
      return chosen
    },

    /** The worker, if it is a replica of the contract and what it signs counts now. */
    votingReplica({ replicas, policy }: Contract, identity: Uint8Array): Worker | undefined {
      if (!replicas.some((replica) => equalBytes(replica, identity))) return undefined
      const worker = deps.registry.activeWorker(identity, 'Worker')
      return worker !== undefined && isConfident(worker.level, policy.worstLevel) ? worker : undefined
    },

    /**
     * Gives the places of replicas to other eligible workers, as far as there are any, and forgets what they voted. Who
     * leaves has had the keys: others follow.
     * Workers are read once, however many are replaced.
     * @returns how many were replaced
     */
    replace(id: Uint8Array, leaving: readonly Uint8Array[]): number {
      const contract = storage.contracts.get(id)
      if (contract === undefined || leaving.length === 0) return 0
      const { policy } = contract
      let replicas = contract.replicas
      let available = candidates(id, policy, replicas)
      let replaced = 0
      for (const replica of leaving) {
        const kept = replicas
          .filter((other) => !equalBytes(other, replica))
          .flatMap((other) => deps.registry.worker(other)?.tee.type ?? [])
        const chosen = chooseReplicas(available, { count: 1, vendors: policy.vendors, kept })?.[0]
        if (chosen === undefined) continue
        available = available.filter((candidate) => candidate !== chosen)
        replicas = replicas.map((other) => (equalBytes(other, replica) ? chosen.identity : other))
        storage.votes.remove(id, replica)
        storage.commandKeyVotes.remove(id, replica)
        storage.assignments.remove(replica, id)
        storage.assignments.set(chosen.identity, id, undefined)
        announce(id, chosen.identity)
        events.ReplicaReplaced({ contract: id, replica, replacement: chosen.identity })
        replaced++
      }
      storage.contracts.set(id, { ...contract, replicas })
      if (replaced > 0) epochs.advance(id, { type: 'Replaced' })
      return replaced
    },
  }
}

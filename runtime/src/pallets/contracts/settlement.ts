/** Settlement: replicas vote on what the open batch led to; the majority's word becomes the contract's state. */
import { equalBytes } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { bind, Commit, contexts, type Outgoing } from '@pha/core/protocol'
import { DispatchFailure } from '../../frame/dispatch-error.ts'
import type { PalletBody } from '../../frame/implement.ts'
import { type Agreement, findAgreement, type Vote } from './agreement.ts'
import type { Batches } from './batches.ts'
import type { ContractsContext } from './context.ts'
import type { Epochs } from './epochs.ts'
import type { Replicas } from './replicas.ts'
import type { Contract, contracts, Progress } from './schema.ts'

type Calls = Pick<PalletBody<typeof contracts, unknown>['calls'], 'commit'>

export function settlementCalls(
  context: ContractsContext,
  replicas: Replicas,
  batches: Batches,
  epochs: Epochs,
): Calls {
  const { storage, events, errors, constants, deps, env } = context

  function requireSignature(worker: Uint8Array, commit: Commit, signature: Uint8Array): void {
    const signed = bind(contexts.commit, deps.system.genesisHash(), Commit.encode(commit))
    if (!env.verify('Ed25519', signature, signed, worker)) throw errors.BadSignature()
  }

  /** Votes that count now. Those of replicas that lost their standing since are dropped; they may vote anew. */
  function countedVotes(id: Uint8Array, contract: Contract): Vote[] {
    const votes: Vote[] = []
    for (const worker of contract.replicas) {
      const commit = storage.votes.get(id, worker)
      if (commit === undefined) continue
      const voter = replicas.votingReplica(contract, worker)
      if (voter === undefined) storage.votes.remove(id, worker)
      else votes.push({ worker, tee: voter.tee.type, said: Commit.encode(commit) })
    }
    return votes
  }

  function outvoted(agreed: Commit, diverging: readonly Pick<Vote, 'worker' | 'said'>[]): void {
    const { contract, batch } = agreed
    const agreedHash = blake2b256(Commit.encode(agreed))
    for (const { worker, said } of diverging) {
      deps.registry.suspend(worker)
      events.ReplicaOutvoted({ contract, batch, worker, said: blake2b256(said), agreed: agreedHash })
    }
    const workers = diverging.map(({ worker }) => worker)
    replicas.replace(contract, workers)
  }

  /** An effect that cannot be applied (no funds) is skipped: it must not keep the batch from ever being settled. */
  function dispatch({ contract, batch }: Commit, effect: Outgoing, position: number): void {
    try {
      env.attempt(() => deps.balances.transfer(contract, effect.value.to, effect.value.amount))
    } catch (error) {
      if (!(error instanceof DispatchFailure)) throw error
      events.OutgoingFailed({ contract, batch, position })
    }
  }

  function settle(commit: Commit, contract: Contract, { agreeing, diverging }: Agreement): void {
    const { contract: id, batch, to, newRoot } = commit
    const block = deps.system.blockNumber()
    const voters = agreeing.map(({ worker }) => worker)
    storage.commits.set(id, batch, { commit, codeHash: contract.codeHash, block, voters })
    storage.progress.set(id, { batch, committed: to, stateRoot: newRoot, open: undefined })
    storage.votes.clear(id)
    events.Committed({ contract: id, batch, to, stateRoot: newRoot, voters: voters.length })
    commit.outgoing.forEach((effect, position) => {
      dispatch(commit, effect, position)
    })
    outvoted(commit, diverging)
    epochs.settled(id)
    batches.touch(id)
  }

  function voteOnOpenBatch(worker: Uint8Array, commit: Commit, contract: Contract, progress: Progress): void {
    const id = commit.contract
    storage.votes.set(id, worker, commit)
    const votes = countedVotes(id, contract)
    const agreement = findAgreement(votes, contract.policy)
    const agreed = agreement === undefined ? undefined : Commit.decode(agreement.said)
    // No honest replica starts from another root: such a vote diverges, however many say the same.
    if (agreement !== undefined && agreed !== undefined && equalBytes(agreed.previousRoot, progress.stateRoot)) {
      settle(agreed, contract, agreement)
    } else if (votes.length === contract.replicas.length) {
      events.NoMajority({ contract: id, batch: commit.batch })
    }
  }

  /** Of the newest settled batch only: replicas that were slower than the majority, honest or not. */
  function voteOnSettledBatch(worker: Uint8Array, commit: Commit, registeredAt: number, signature: Uint8Array): void {
    const settled = storage.commits.get(commit.contract, commit.batch)
    if (settled === undefined || !sameMessages(commit, settled.commit)) throw errors.WrongBatch()
    if (settled.voters.some((voter) => equalBytes(voter, worker))) throw errors.AlreadyVoted()
    // A replica that was outvoted and registered anew must not be suspended again by a copy of its old vote.
    if (registeredAt > settled.block) throw errors.WrongBatch()
    requireSignature(worker, commit, signature)
    const said = Commit.encode(commit)
    if (!equalBytes(said, Commit.encode(settled.commit))) {
      outvoted(settled.commit, [{ worker, said }])
    } else if (settled.voters.length < constants.maxReplicas) {
      storage.commits.set(commit.contract, commit.batch, { ...settled, voters: [...settled.voters, worker] })
    }
  }

  return {
    commit(_origin, { worker, commit, signature }) {
      const contract = storage.contracts.get(commit.contract)
      const progress = storage.progress.get(commit.contract)
      if (contract === undefined || progress === undefined) throw errors.ContractUnknown()
      const voter = replicas.votingReplica(contract, worker)
      if (voter === undefined) throw errors.NotReplica()
      if (commit.batch === progress.batch) {
        voteOnSettledBatch(worker, commit, voter.registeredAt, signature)
        return
      }
      if (commit.batch !== progress.batch + 1) throw errors.WrongBatch()
      if (progress.open === undefined) throw errors.NoOpenBatch()
      if (!sameMessages(commit, progress.open)) throw errors.WrongBatch()
      if (storage.votes.has(commit.contract, worker)) throw errors.AlreadyVoted()
      requireSignature(worker, commit, signature)
      voteOnOpenBatch(worker, commit, contract, progress)
    },
  }
}

interface MessageRange {
  readonly from: bigint
  readonly to: bigint
}

function sameMessages(left: MessageRange, right: MessageRange): boolean {
  return left.from === right.from && left.to === right.to
}

/** Commands and the key they are sealed to. */
import { bind, ContractMessage, contexts, topics } from '@pha/core/protocol'
import type { PalletBody } from '../../frame/implement.ts'
import { findAgreement } from './agreement.ts'
import type { Batches } from './batches.ts'
import type { ContractsContext } from './context.ts'
import type { Epochs } from './epochs.ts'
import type { Replicas } from './replicas.ts'
import { CommandKey, type Contract, type contracts } from './schema.ts'
import type { SealedCounts } from './sealed-commands.ts'

type Calls = Pick<PalletBody<typeof contracts, unknown>['calls'], 'send' | 'publishCommandKey'>

export interface CommandParts {
  readonly replicas: Replicas
  readonly batches: Batches
  readonly epochs: Epochs
  readonly sealedCounts: SealedCounts
}

export function commandCalls(
  context: ContractsContext,
  { replicas, batches, epochs, sealedCounts }: CommandParts,
): Calls {
  const { storage, events, errors, deps, env } = context

  function countKeyVotes(id: Uint8Array, contract: Contract): void {
    const votes = contract.replicas.flatMap((worker) => {
      const key = storage.commandKeyVotes.get(id, worker)
      const voter = key === undefined ? undefined : replicas.votingReplica(contract, worker)
      if (key === undefined || voter === undefined) return []
      return { worker, tee: voter.tee.type, said: CommandKey.encode(key) }
    })
    const agreement = findAgreement(votes, contract.policy)
    if (agreement === undefined) return
    const agreed = CommandKey.decode(agreement.said)
    storage.commandKeys.set(id, agreed)
    storage.commandKeyVotes.clear(id)
    events.CommandKeyAgreed({ contract: id, epoch: agreed.epoch })
    epochs.agreed(id, agreed.epoch)
  }

  return {
    send({ who }, { contract: id, epoch, sealed }) {
      if (!storage.contracts.has(id)) throw errors.ContractUnknown()
      // Before the key is agreed nothing can have been sealed to it.
      if (!epochs.accepts(id, epoch)) throw errors.WrongEpoch()
      const message = ContractMessage.encode({ type: 'Command', value: { epoch, sealed } })
      const sequence = deps.messages.push(topics.contract(id), { type: 'Account', value: who }, message)
      sealedCounts.count(id, epoch, sealed.length)
      epochs.taken(id, epoch, sequence)
      events.CommandSent({ contract: id, sender: who, sequence })
      batches.touch(id)
    },

    publishCommandKey(_origin, { contract: id, worker, commandKey, signature }) {
      const contract = storage.contracts.get(id)
      if (contract === undefined) throw errors.ContractUnknown()
      if (commandKey.epoch !== contract.epoch) throw errors.WrongEpoch()
      if (storage.commandKeys.get(id)?.epoch === contract.epoch) throw errors.CommandKeySettled()
      if (replicas.votingReplica(contract, worker) === undefined) throw errors.NotReplica()
      const signed = bind(contexts.commandKeyVote, deps.system.genesisHash(), id, CommandKey.encode(commandKey))
      if (!env.verify('Ed25519', signature, signed, worker)) throw errors.BadSignature()
      // One vote per replica: a later one takes the place of the earlier until a majority agrees.
      storage.commandKeyVotes.set(id, worker, commandKey)
      countKeyVotes(id, contract)
    },
  }
}

/** Replacing a replica by call, where nobody outvoted it: it expired, left, or the deployer wants another. */
import { equalBytes } from '@pha/core/codec'
import type { PalletBody } from '../../frame/implement.ts'
import type { ContractsContext } from './context.ts'
import type { Replicas } from './replicas.ts'
import type { contracts } from './schema.ts'

type Calls = Pick<PalletBody<typeof contracts, unknown>['calls'], 'replaceReplica'>

export function replacementCalls({ storage, errors }: ContractsContext, replicas: Replicas): Calls {
  return {
    replaceReplica({ who }, { contract: id, replica }) {
      const contract = storage.contracts.get(id)
      if (contract === undefined) throw errors.ContractUnknown()
      if (!contract.replicas.some((known) => equalBytes(known, replica))) throw errors.NotReplica()
      const isVoting = replicas.votingReplica(contract, replica) !== undefined
      if (isVoting && !equalBytes(contract.deployer, who)) throw errors.NotReplaceable()
      if (replicas.replace(id, [replica]) === 0) throw errors.NoReplacement()
    },
  }
}

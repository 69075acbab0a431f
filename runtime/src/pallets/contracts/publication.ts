/** Calls of developers: code is published first, so that everyone can read what a contract will run. */
import { BEST_LEVEL, WORST_LEVEL } from '@pha/core/attestation'
import { blake2b256 } from '@pha/core/crypto'
import { bind, ContractMessage, codeArchiveKey, contexts, EMPTY_STATE_ROOT, topics } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import type { PalletBody } from '../../frame/implement.ts'
import type { Batches } from './batches.ts'
import type { ContractsContext } from './context.ts'
import type { Epochs } from './epochs.ts'
import type { Replicas } from './replicas.ts'
import type { ContractPolicy, contracts } from './schema.ts'

type Calls = Pick<PalletBody<typeof contracts, unknown>['calls'], 'uploadCode' | 'deploy'>

export function publicationCalls(
  context: ContractsContext,
  replicas: Replicas,
  batches: Batches,
  epochs: Epochs,
): Calls {
  const { storage, events, errors, constants, deps, env } = context

  function isValid(policy: ContractPolicy): boolean {
    return (
      policy.replicas >= 1 &&
      policy.replicas <= constants.maxReplicas &&
      policy.vendors >= 1 &&
      policy.vendors <= policy.replicas &&
      policy.worstLevel >= BEST_LEVEL &&
      policy.worstLevel <= WORST_LEVEL &&
      policy.maxGas > 0n &&
      policy.maxGas <= constants.maxGas
    )
  }

  return {
    uploadCode({ who }, { code }) {
      const codeHash = blake2b256(code)
      if (storage.codes.has(codeHash)) throw errors.CodeExists()
      const size = code.length
      storage.codes.set(codeHash, { uploader: who, size, publicSince: deps.system.blockNumber() })
      env.archive(codeArchiveKey(codeHash), code)
      events.CodePublished({ codeHash, uploader: who, size })
    },

    deploy({ who }, { codeHash, executor, policy, init }) {
      if (!isValid(policy)) throw errors.PolicyInvalid()
      if (!storage.codes.has(codeHash)) throw errors.CodeUnknown()
      const deployments = storage.deployments.get()
      const count = t.u64.encode(deployments)
      const contract = blake2b256(bind(contexts.contractId, deps.system.genesisHash(), who, codeHash, count))
      const chosen = replicas.assign(contract, policy)
      if (chosen === undefined) throw errors.NotEnoughWorkers()

      storage.deployments.set(deployments + 1n)
      storage.contracts.set(contract, {
        deployer: who,
        codeHash,
        executor,
        policy,
        deployedAt: deps.system.blockNumber(),
        epoch: 0,
        replicas: chosen,
        root: storage.root.get(),
      })
      storage.progress.set(contract, { batch: 0, committed: 0n, stateRoot: EMPTY_STATE_ROOT, open: undefined })
      epochs.begin(contract, storage.root.get())
      events.Deployed({ contract, deployer: who, codeHash, replicas: chosen })
      const message = ContractMessage.encode({ type: 'Init', value: { input: init } })
      deps.messages.push(topics.contract(contract), { type: 'Account', value: who }, message)
      batches.touch(contract)
      for (const replica of chosen) replicas.announce(contract, replica)
    },
  }
}

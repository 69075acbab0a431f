/** Requests for contract keys and their releases. The chain checks who, and leaves a trace; enclaves check again. */
import { isConfident } from '@pha/core/attestation'
import { equalBytes } from '@pha/core/codec'
import {
  bind,
  contexts,
  GatekeepersMessage,
  type KeyName,
  KeyRequest,
  releaseBytes,
  topics,
  WorkerMessage,
} from '@pha/core/protocol'
import type { Worker } from '../registry/schema.ts'
import type { GatekeepersCalls, GatekeepersContext } from './context.ts'
import type { SignedBy } from './signed-by.ts'

type Calls = Pick<GatekeepersCalls, 'requestKey' | 'releaseKey'>

export function releaseCalls(context: GatekeepersContext, signedBy: SignedBy): Calls {
  const { storage, events, errors, deps } = context

  /** The worker, if it is believed now and may have the key of this contract and epoch. */
  function requireAssigned({ worker: identity, contract: id, root, epoch }: KeyName): Worker {
    const worker = deps.registry.activeWorker(identity, 'Worker')
    if (worker === undefined) throw errors.NotWorker()
    const contract = deps.contracts.contract(id)
    if (contract === undefined) throw errors.NotAssigned()
    const isAssigned = contract.replicas.some((replica) => equalBytes(replica, identity))
    if (!isAssigned || !isConfident(worker.level, contract.policy.worstLevel)) throw errors.NotAssigned()
    if (!deps.contracts.isLiveEpoch(id, { epoch, root })) throw errors.WrongEpoch()
    return worker
  }

  return {
    requestKey({ who }, { request, signature }) {
      if (storage.group.get() === undefined) throw storage.target.has() ? errors.NoGroup() : errors.NoTarget()
      const { worker, contract, epoch } = request
      const message = bind(contexts.keyRequest, deps.system.genesisHash(), KeyRequest.encode(request))
      signedBy.requireSigned(who, worker, requireAssigned(request), { message, signature })
      const told = GatekeepersMessage.encode({ type: 'KeyRequested', value: request })
      deps.messages.push(topics.gatekeepers, { type: 'Worker', value: worker }, told)
      events.KeyRequested({ worker, contract, epoch })
    },

    releaseKey({ who }, { release, signature }) {
      const { worker, contract, root, epoch, sharing, index } = release
      const group = [storage.group.get(), storage.formerGroup.get()].find((each) => each?.root === root)
      if (group === undefined) throw errors.NoGroup()
      // The worker could not combine it with the parts of those who have their new shares already.
      if (group.sharing !== sharing) throw errors.WrongSharing()
      const identity = group.members.find((member) => member.index === index)?.identity
      if (identity === undefined) throw errors.NotMember()
      const enclave = deps.registry.activeWorker(identity, 'Gatekeeper')
      if (enclave === undefined) throw errors.NotGatekeeper()
      // The replicas may have changed since the request: then the key is not for this worker any more.
      requireAssigned(release)
      const message = releaseBytes(deps.system.genesisHash(), release)
      signedBy.requireSigned(who, identity, enclave, { message, signature })
      const told = WorkerMessage.encode({ type: 'KeyReleased', value: { release, signature } })
      deps.messages.push(topics.worker(worker), { type: 'Worker', value: identity }, told)
      events.KeyReleased({ worker, contract, epoch, index })
    },
  }
}

/** The gatekeepers' group, and requests and releases of contract keys. The chain checks who; enclaves check again. */
import { isConfident } from '@pha/core/attestation'
import { equalBytes } from '@pha/core/codec'
import {
  bind,
  type Context,
  contexts,
  GatekeepersMessage,
  type KeyName,
  KeyRelease,
  KeyRequest,
  topics,
  WorkerMessage,
} from '@pha/core/protocol'
import { implement } from '../../frame/implement.ts'
import { contractsLogic } from '../contracts/logic.ts'
import { messagesLogic } from '../messages/logic.ts'
import { registryLogic } from '../registry/logic.ts'
import type { Worker } from '../registry/schema.ts'
import { systemLogic } from '../system/logic.ts'
import { gatekeepers } from './schema.ts'

export const gatekeepersLogic = implement(
  gatekeepers,
  { system: systemLogic, registry: registryLogic, contracts: contractsLogic, messages: messagesLogic },
  ({ storage, events, errors, deps, env }) => {
    /** A signature by the enclave's identity; only its operator may bring it, so a copy costs gatekeepers no work. */
    function requireSigned(who: Uint8Array, identity: Uint8Array, enclave: Worker, signed: Signed): void {
      if (!equalBytes(enclave.operator, who)) throw errors.NotOperator()
      const message = bind(signed.context, deps.system.genesisHash(), signed.content)
      if (!env.verify('Ed25519', signed.signature, message, identity)) throw errors.BadSignature()
    }

    /** The worker, if it is believed now and may have the key of this contract and epoch. */
    function requireAssigned({ worker: identity, contract: id, epoch }: KeyName): Worker {
      const worker = deps.registry.activeWorker(identity, 'Worker')
      if (worker === undefined) throw errors.NotWorker()
      const contract = deps.contracts.contract(id)
      if (contract === undefined) throw errors.NotAssigned()
      const isAssigned = contract.replicas.some((replica) => equalBytes(replica, identity))
      if (!isAssigned || !isConfident(worker.level, contract.policy.worstLevel)) throw errors.NotAssigned()
      if (epoch !== contract.epoch) throw errors.WrongEpoch()
      return worker
    }

    return {
      calls: {
        publishShare({ who }, { identity, publicShare, signature }) {
          if (storage.group.get() !== undefined) throw errors.GroupExists()
          const enclave = deps.registry.activeWorker(identity, 'Gatekeeper')
          if (enclave === undefined) throw errors.NotGatekeeper()
          requireSigned(who, identity, enclave, { context: contexts.gatekeeperShare, content: publicShare, signature })
          // One share of one: the public share is the public key of the root.
          const members = [{ index: 1, identity, publicShare }]
          storage.group.set({ threshold: 1, publicKey: publicShare, members })
          events.GroupFormed({ publicKey: publicShare, threshold: 1 })
        },

        requestKey({ who }, { request, signature }) {
          if (storage.group.get() === undefined) throw errors.NoGroup()
          const { worker, contract, epoch } = request
          const content = KeyRequest.encode(request)
          requireSigned(who, worker, requireAssigned(request), { context: contexts.keyRequest, content, signature })
          const message = GatekeepersMessage.encode({ type: 'KeyRequested', value: request })
          deps.messages.push(topics.gatekeepers, { type: 'Worker', value: worker }, message)
          events.KeyRequested({ worker, contract, epoch })
        },

        releaseKey({ who }, { release, signature }) {
          const group = storage.group.get()
          if (group === undefined) throw errors.NoGroup()
          const { worker, contract, epoch, index } = release
          const identity = group.members.find((member) => member.index === index)?.identity
          if (identity === undefined) throw errors.NotMember()
          const enclave = deps.registry.activeWorker(identity, 'Gatekeeper')
          if (enclave === undefined) throw errors.NotGatekeeper()
          // The replicas may have changed since the request: then the key is not for this worker any more.
          requireAssigned(release)
          const content = KeyRelease.encode(release)
          requireSigned(who, identity, enclave, { context: contexts.keyRelease, content, signature })
          const message = WorkerMessage.encode({ type: 'KeyReleased', value: release })
          deps.messages.push(topics.worker(worker), { type: 'Worker', value: identity }, message)
          events.KeyReleased({ worker, contract, epoch, index })
        },
      },
    }
  },
)

interface Signed {
  readonly context: Context
  readonly content: Uint8Array
  readonly signature: Uint8Array
}

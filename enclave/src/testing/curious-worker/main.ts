/**
 * A worker for tests whose TEE is broken: beside the product's own work it asks, once it has one contract's key, for what is
 * not its own: the next epoch of that contract, and a contract that nobody assigned to it.
 */
import quickjsWasm from '@jitl/quickjs-wasmfile-release-sync/wasm'
import { bind, contexts, type KeyName, KeyRequest } from '@pha/core/protocol'
import { gatekeepers } from '@pha/runtime/pallets'
import { loadJsExecutor } from '../../executors/index.ts'
import { workerRole } from '../../pruntime/worker.ts'
import type { EnclaveParts, Role } from '../../service/enclave-service.ts'
import { runEnclave } from '../../service/run-enclave.ts'
import { simulatedTee } from '../../tee/simulated.ts'

const honest = workerRole({ executor: loadJsExecutor(quickjsWasm), nowMs: Date.now })

function curious(parts: EnclaveParts): Role {
  const role = honest(parts)
  const { genesis, host, identity, memory, submissions } = parts
  const ask = (name: string, block: number, fields: Omit<KeyName, 'worker'>): void => {
    const { publicKey: recipient } = identity.agreement
    const request: KeyRequest = { worker: identity.signing.publicKey, ...fields, recipient }
    const signature = identity.signing.sign(bind(contexts.keyRequest, genesis, KeyRequest.encode(request)))
    submissions.once(name, block, () => host.submit(gatekeepers.calls.requestKey.encode({ request, signature })))
  }
  return {
    ...role,
    async update(view, worker) {
      await role.update(view, worker)
      const [key] = memory.content.contractKeys
      if (key === undefined) return
      ask('other-epoch', view.block.number, { contract: key.contract, root: 1, epoch: key.epoch + 1 })
      ask('other-contract', view.block.number, { contract: genesis, root: 1, epoch: 0 })
    },
  }
}

process.exitCode = await runEnclave({
  kind: 'Worker',
  bundle: import.meta.filename,
  openTee: simulatedTee,
  role: curious,
})

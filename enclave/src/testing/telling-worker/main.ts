/**
 * A worker for tests that tells, in its log, the outcome of every message that it votes on. Receipts are sealed, and
 * nobody can be answered about a command that could not be opened: a test has no other way to see `Refused`.
 */
import quickjsWasm from '@jitl/quickjs-wasmfile-release-sync/wasm'
import { toHex } from '@pha/core/codec'
import { type Commit, cidOf } from '@pha/core/protocol'
import { contracts } from '@pha/runtime/pallets'
import type { Host } from '../../channel/host.ts'
import { loadJsExecutor } from '../../executors/index.ts'
import { openDelta } from '../../pruntime/delta.ts'
import { Keyring } from '../../pruntime/keyring.ts'
import { workerRole } from '../../pruntime/worker.ts'
import type { EnclaveParts } from '../../service/enclave-service.ts'
import { runEnclave } from '../../service/run-enclave.ts'
import { simulatedTee } from '../../tee/simulated.ts'

/** The product's host, with an ear on deltas and the commits that name them. */
function telling({ host, memory, genesis, log }: EnclaveParts): Host {
  const keyring = new Keyring(memory)
  const deltas = new Map<string, Uint8Array>()

  function tell(call: Uint8Array): void {
    const commit = commitIn(call)
    if (commit === undefined) return
    const { contract, batch, deltaCid } = commit
    const keys = keyring.find(contract, 0)
    const blob = deltas.get(toHex(deltaCid))
    const delta = keys && blob && openDelta(keys.state, { genesis, contract, batch }, blob)
    for (const { sequence, outcome } of delta?.receipts ?? []) {
      log.info('receipt', { contract: toHex(contract), sequence, outcome: outcome.type })
    }
  }

  return {
    ...host,
    putBlob(put) {
      deltas.set(toHex(cidOf(put.bytes)), put.bytes)
      return host.putBlob(put)
    },
    submit(call) {
      tell(call)
      return host.submit(call)
    },
  }
}

function commitIn(call: Uint8Array): Commit | undefined {
  try {
    return contracts.calls.commit.decode(call).commit
  } catch {
    return undefined // another call
  }
}

const worker = workerRole({ executor: loadJsExecutor(quickjsWasm), nowMs: Date.now })
const role = (parts: EnclaveParts) => worker({ ...parts, host: telling(parts) })
process.exitCode = await runEnclave({ kind: 'Worker', bundle: import.meta.filename, openTee: simulatedTee, role })

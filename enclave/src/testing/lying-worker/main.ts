/**
 * A worker for tests whose TEE is broken: the product's own program, but for an executor that answers wrongly whenever a
 * command holds `TRIGGER`. Only the enclave can see that; its keys, votes and signatures are real.
 */
import quickjsWasm from '@jitl/quickjs-wasmfile-release-sync/wasm'
import { utf8Encode } from '@pha/core/codec'
import { type Executor, type LoadedContract, loadJsExecutor } from '../../executors/index.ts'
import { workerRole } from '../../pruntime/worker.ts'
import { runEnclave } from '../../service/run-enclave.ts'
import { simulatedTee } from '../../tee/simulated.ts'

const TRIGGER = 'worth a lie'

function lying(honest: Executor): Executor {
  return { name: honest.name, load: (code, limits) => tempted(honest.load(code, limits)) }
}

/** Another result and another state than the contract's, as a fault in the TEE or its owner would want them. */
function tempted(honest: LoadedContract): LoadedContract {
  return {
    defect: honest.defect,
    loadGas: honest.loadGas,
    invoke(invocation, state) {
      const outcome = honest.invoke(invocation, state)
      const isTempting = invocation.kind === 'command' && Buffer.from(invocation.input).includes(TRIGGER)
      if (!isTempting || outcome.status !== 'ok') return outcome
      state.set(utf8Encode('forged'), Uint8Array.of(1))
      return { ...outcome, output: outcome.output.map((byte) => byte ^ 0xff) }
    },
    [Symbol.dispose]: () => honest[Symbol.dispose](),
  }
}

const role = workerRole({ executor: lying(loadJsExecutor(quickjsWasm)), nowMs: Date.now })
process.exitCode = await runEnclave({ kind: 'Worker', bundle: import.meta.filename, openTee: simulatedTee, role })

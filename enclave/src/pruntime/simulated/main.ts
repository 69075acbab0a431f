/** Entry of the worker's bundle, for development: in the SIMULATED TEE, wherever it runs. */
import quickjsWasm from '@jitl/quickjs-wasmfile-release-sync/wasm'
import { loadJsExecutor } from '../../executors/index.ts'
import { runEnclave } from '../../service/run-enclave.ts'
import { simulatedTee } from '../../tee/simulated.ts'
import { workerRole } from '../worker.ts'

const role = workerRole({ executor: loadJsExecutor(quickjsWasm), nowMs: Date.now })
process.exitCode = await runEnclave({ kind: 'Worker', bundle: import.meta.filename, openTee: simulatedTee, role })

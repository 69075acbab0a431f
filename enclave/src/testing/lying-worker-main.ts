/** Entry of a worker that lies: for scenarios, whose chains have to allow its measurement. */
import quickjsWasm from '@jitl/quickjs-wasmfile-release-sync/wasm'
import { loadJsExecutor } from '../executors/index.ts'
import { workerRole } from '../pruntime/worker.ts'
import { runEnclave } from '../service/run-enclave.ts'
import { simulatedTee } from '../tee/simulated.ts'
import { lyingExecutor } from './lying-executor.ts'

const role = workerRole({ executor: lyingExecutor(loadJsExecutor(quickjsWasm)), nowMs: Date.now })
process.exitCode = await runEnclave({ kind: 'Worker', bundle: import.meta.filename, openTee: simulatedTee, role })

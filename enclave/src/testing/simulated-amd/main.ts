/** A worker for tests on a SIMULATED machine of a vendor like AMD: the product's own program, but for where its evidence comes from. */
import quickjsWasm from '@jitl/quickjs-wasmfile-release-sync/wasm'
import { loadJsExecutor } from '../../executors/index.ts'
import { workerRole } from '../../pruntime/worker.ts'
import { runEnclave } from '../../service/run-enclave.ts'
import { simulatedAmdTee } from '../../tee/simulated-vendors.ts'

const role = workerRole({ executor: loadJsExecutor(quickjsWasm), nowMs: Date.now })
process.exitCode = await runEnclave({ kind: 'Worker', bundle: import.meta.filename, openTee: simulatedAmdTee, role })

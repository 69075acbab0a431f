/** Entry of the worker's bundle, for production: it runs in a TEE or not at all. */
import quickjsWasm from '@jitl/quickjs-wasmfile-release-sync/wasm'
import { loadJsExecutor } from '../executors/index.ts'
import { runEnclave } from '../service/run-enclave.ts'
import { openTee } from '../tee/open-tee.ts'
import { workerRole } from './worker.ts'

const role = workerRole({ executor: loadJsExecutor(quickjsWasm), nowMs: Date.now })
process.exitCode = await runEnclave({ kind: 'Worker', bundle: import.meta.filename, openTee, role })

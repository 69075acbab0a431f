/** Entry of the gatekeeper's bundle. */
import { runEnclave } from '../service/run-enclave.ts'
import { gatekeeperRole } from './gatekeeper.ts'

process.exitCode = await runEnclave({ kind: 'Gatekeeper', bundle: import.meta.filename, role: gatekeeperRole })

/** Entry of the gatekeeper's bundle, for production: it runs in a TEE or not at all. */
import { runEnclave } from '../service/run-enclave.ts'
import { openTee } from '../tee/open-tee.ts'
import { gatekeeperRole } from './gatekeeper.ts'

process.exitCode = await runEnclave({
  kind: 'Gatekeeper',
  bundle: import.meta.filename,
  openTee,
  role: gatekeeperRole(),
})

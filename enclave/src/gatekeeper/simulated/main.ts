/** Entry of the gatekeeper's bundle, for development: in the SIMULATED TEE, wherever it runs. */
import { runEnclave } from '../../service/run-enclave.ts'
import { simulatedTee } from '../../tee/simulated.ts'
import { gatekeeperRole } from '../gatekeeper.ts'

process.exitCode = await runEnclave({
  kind: 'Gatekeeper',
  bundle: import.meta.filename,
  openTee: simulatedTee,
  role: gatekeeperRole(),
})

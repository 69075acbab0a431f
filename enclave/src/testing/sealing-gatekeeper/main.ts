/**
 * A gatekeeper for tests whose TEE is broken: the product's own program, but it seals its parts of contract keys so that nobody
 * opens them. The commitment and the signature are real, so it can be accused of nothing that others could check.
 */
import { gatekeeperRole } from '../../gatekeeper/gatekeeper.ts'
import { runEnclave } from '../../service/run-enclave.ts'
import { simulatedTee } from '../../tee/simulated.ts'
import { sealForNobody } from '../lying-arithmetic.ts'

process.exitCode = await runEnclave({
  kind: 'Gatekeeper',
  bundle: import.meta.filename,
  openTee: simulatedTee,
  role: gatekeeperRole({ sealPart: sealForNobody }),
})

/**
 * A gatekeeper for tests whose TEE is broken: the product's own program, but it evaluates its share on another contract than
 * it was asked for. Only the worker that opens the part can see that; its share, commitment and signature are real.
 */
import { gatekeeperRole } from '../../gatekeeper/gatekeeper.ts'
import { runEnclave } from '../../service/run-enclave.ts'
import { simulatedTee } from '../../tee/simulated.ts'
import { lyingEvaluate } from '../lying-arithmetic.ts'

process.exitCode = await runEnclave({
  kind: 'Gatekeeper',
  bundle: import.meta.filename,
  openTee: simulatedTee,
  role: gatekeeperRole({ evaluate: lyingEvaluate }),
})

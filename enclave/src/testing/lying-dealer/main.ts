/**
 * A gatekeeper for tests whose TEE is broken: the product's own program, but it deals its last receiver the share of another
 * one. Its commitments and their proof are real, so the chain sees nothing before that receiver complains.
 */
import { shareFor } from '@pha/core/threshold'
import { gatekeeperRole } from '../../gatekeeper/gatekeeper.ts'
import { runEnclave } from '../../service/run-enclave.ts'
import { simulatedTee } from '../../tee/simulated.ts'

/** In a network of four. */
const VICTIM = 4

process.exitCode = await runEnclave({
  kind: 'Gatekeeper',
  bundle: import.meta.filename,
  openTee: simulatedTee,
  role: gatekeeperRole({
    shareFor: (polynomial, receiver) => shareFor(polynomial, receiver === VICTIM ? 1 : receiver),
  }),
})

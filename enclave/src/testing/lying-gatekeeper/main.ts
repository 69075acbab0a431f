/**
 * A gatekeeper for tests whose TEE is broken: the product's own program, but it evaluates its share on another contract than
 * it was asked for. Only the worker that opens the part can see that; its share, commitment and signature are real.
 */
import { evaluatePartial } from '@pha/core/threshold'
import { gatekeeperRole } from '../../gatekeeper/gatekeeper.ts'
import { runEnclave } from '../../service/run-enclave.ts'
import { simulatedTee } from '../../tee/simulated.ts'

/** The element of another input under the proof of the one asked for. The beacon's inputs stay as they are. */
const evaluate: typeof evaluatePartial = (share, publicShare, input, random) => {
  const { evaluated } = evaluatePartial(share, publicShare, Uint8Array.of(...input, 0), random)
  return { ...evaluatePartial(share, publicShare, input, random), evaluated }
}

process.exitCode = await runEnclave({
  kind: 'Gatekeeper',
  bundle: import.meta.filename,
  openTee: simulatedTee,
  role: gatekeeperRole({ evaluate }),
})

/**
 * The SIMULATED TEE: a process like any other. Quotes and sealing have the shapes of the real ones, so that everything
 * around them is the product's own code; the machine's owner can read memory, seal key and fuses all the same.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { simulatedPlatformBytes, simulatedQuoteBytes } from '@pha/core/attestation'
import { concatBytes, lengthPrefixed, utf8Encode } from '@pha/core/codec'
import { CryptoError, deriveSecret, type Keypair, keypairFromSeed, Secret, sha256 } from '@pha/core/crypto'
import { contexts, SimulatedQuote } from '@pha/core/protocol'
import { writeDurably } from '../store/write-durably.ts'
import type { TeeFiles } from './open-tee.ts'
import type { TeeDriver } from './tee-driver.ts'

/** Public on purpose: whoever reads this can certify platforms on development chains. */
const ROOT_SEED = sha256(utf8Encode('pha simulated TEE root, for development only'))

/** The simulated CPU's fuses: 32 bytes, made at the first start on this machine. */
const FUSES = 'platform.seed'

/**
 * The store stands for the machine: another one is another machine.
 *
 * @example
 * const tee = simulatedTee({ bundle: import.meta.filename, store })
 * const evidence = await tee.quote(reportData(genesis, registration))
 */
export function simulatedTee({ bundle, store }: TeeFiles): TeeDriver {
  const measurement = sha256(readFileSync(bundle))
  const fuses = readFuses(join(store, FUSES))
  const platform = keypairFromSeed('ed25519', fuses)
  const platformCertificate = simulatedRoot().sign(simulatedPlatformBytes(platform.publicKey))

  return {
    kind: 'Simulated',
    isSimulated: true,
    measurement: () => measurement,
    async quote(reportData) {
      if (reportData.length !== 64) throw new CryptoError('crypto.wrong-length', 'report data has 64 bytes')
      const quoted = { measurement, reportData, debug: false, platform: platform.publicKey }
      const signature = platform.sign(simulatedQuoteBytes(quoted))
      return { type: 'Simulated', value: SimulatedQuote.encode({ ...quoted, platformCertificate, signature }) }
    },
    sealingKey: (context) =>
      deriveSecret(
        fuses,
        contexts.simulatedSealing,
        concatBytes(lengthPrefixed(measurement), lengthPrefixed(utf8Encode(context))),
        32,
      ),
  }
}

/** The root key pair of development chains; `core/attestation/simulated-root.ts` has the public half. */
export function simulatedRoot(): Keypair {
  return keypairFromSeed('ed25519', Secret.from(ROOT_SEED))
}

function readFuses(file: string): Secret {
  if (!existsSync(file)) writeDurably(file, randomBytes(32))
  const bytes = readFileSync(file)
  if (bytes.length !== 32) throw new CryptoError('crypto.wrong-length', `${FUSES} has ${bytes.length} bytes, not 32`)
  return Secret.from(bytes)
}

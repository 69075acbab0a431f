/** For tests: enclaves with real keys and real simulated evidence, all from a number. */
import { simulatedPlatformBytes, simulatedQuoteBytes } from '@pha/core/attestation'
import { blake2b256, type Keypair, keypairFromSeed, Secret } from '@pha/core/crypto'
import { type Evidence, type Registration, reportData, SimulatedQuote } from '@pha/core/protocol'

export function testKeypair(scheme: 'ed25519' | 'sr25519', name: string): Keypair {
  return keypairFromSeed(scheme, Secret.from(blake2b256(new TextEncoder().encode(name))))
}

export const simulatedRoot = testKeypair('ed25519', 'simulated root')
export const WORKER_BUILD = new Uint8Array(32).fill(0x77)
export const GATEKEEPER_BUILD = new Uint8Array(32).fill(0x66)

export interface TestEnclave {
  readonly identity: Keypair
  readonly operator: Keypair
  readonly platform: Keypair
  readonly agreement: Uint8Array
  readonly measurement: Uint8Array
}

export function testEnclave(name: string, measurement = WORKER_BUILD): TestEnclave {
  return {
    identity: testKeypair('ed25519', `identity of ${name}`),
    operator: testKeypair('sr25519', `operator of ${name}`),
    platform: testKeypair('ed25519', `platform of ${name}`),
    agreement: new Uint8Array(1216).fill(name.length),
    measurement,
  }
}

export function registrationOf({ identity, operator, agreement }: TestEnclave, blockHash: Uint8Array): Registration {
  return { identity: identity.publicKey, operator: operator.accountId, agreement, blockHash }
}

/** What the simulated TEE signs for a registration; `changes` makes it another quote, correctly signed. */
export function evidenceFor(
  enclave: TestEnclave,
  genesis: Uint8Array,
  registration: Registration,
  changes: { readonly reportData?: Uint8Array; readonly debug?: boolean; readonly root?: Keypair } = {},
): Extract<Evidence, { type: 'Simulated' }> {
  const { root = simulatedRoot, debug = false } = changes
  const quote = {
    measurement: enclave.measurement,
    reportData: changes.reportData ?? reportData(genesis, registration),
    debug,
    platform: enclave.platform.publicKey,
  }
  const signed = {
    ...quote,
    platformCertificate: root.sign(simulatedPlatformBytes(quote.platform)),
    signature: enclave.platform.sign(simulatedQuoteBytes(quote)),
  }
  return { type: 'Simulated', value: SimulatedQuote.encode(signed) }
}

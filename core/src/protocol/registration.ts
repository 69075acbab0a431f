/** How a worker or gatekeeper joins: keys made inside, bound to evidence by the report data. */
import { sha512 } from '../crypto/hash.ts'
import { type Infer, t } from '../schema/index.ts'
import { bind } from './bind.ts'
import { contexts } from './contexts.ts'
import { limits } from './limits.ts'

/** An X-Wing public key: ML-KEM-768 and X25519 (draft-connolly-cfrg-xwing-kem). */
export const agreementKey = t.fixedBytes(1216)

const tees = { Simulated: null, Sgx: null, Tdx: null, SevSnp: null, Cca: null, Nitro: null } as const
export const Tee = t.enum('Tee', tees)
export type Tee = Infer<typeof Tee>
/** As people name them to a command or to a node. */
export const TEE_NAMES = Object.keys(tees) as readonly (keyof typeof tees)[]

/** Which program a measurement stands for. */
export const EnclaveKind = t.enum('EnclaveKind', { Worker: null, Gatekeeper: null })
export type EnclaveKind = Infer<typeof EnclaveKind>

export const Registration = t.struct(
  'Registration',
  { identity: t.bytes32, agreement: agreementKey, operator: t.accountId, blockHash: t.hash },
  'Keys made inside an enclave, and a recent finalised block that dates them.',
)
export type Registration = Infer<typeof Registration>

/** `SHA-512(context || 0x00 || lp(genesis) || lp(blockHash) || lp(identity) || lp(agreement) || lp(operator))`. */
export function reportData(genesis: Uint8Array, registration: Registration): Uint8Array {
  const { blockHash, identity, agreement, operator } = registration
  return sha512(bind(contexts.registration, genesis, blockHash, identity, agreement, operator))
}

/**
 * Evidence of the simulated TEE: an ed25519 certificate of the simulated platform by the simulated root, and a quote
 * signed by that platform. It proves nothing about hardware; production presets have no simulated root.
 */
export const SimulatedQuote = t.struct('SimulatedQuote', {
  measurement: t.bytes32,
  reportData: t.fixedBytes(64),
  debug: t.bool,
  platform: t.bytes32,
  platformCertificate: t.fixedBytes(64),
  signature: t.fixedBytes(64),
})
export type SimulatedQuote = Infer<typeof SimulatedQuote>

/** Bytes of an attestation report of SEV-SNP, of every version (AMD 56860, table 23). */
export const SNP_REPORT_BYTES = 1184

const vendorBytes = t.boundedBytes(limits.evidence)

/** Evidence by TEE; the bytes are in the format of the vendor. */
export const Evidence = t.enum('Evidence', {
  Simulated: t.variant(0, vendorBytes, 'SCALE of SimulatedQuote.'),
  Sgx: t.variant(1, vendorBytes, 'DCAP quote with the certificates of its platform.'),
  Tdx: t.variant(2, vendorBytes, 'DCAP quote with the certificates of its platform.'),
  SevSnp: t.variant(
    3,
    { report: t.fixedBytes(SNP_REPORT_BYTES), vek: t.boundedBytes(limits.evidenceCertificate) },
    'Attestation report, and the certificate (DER) of the key that signed it: VCEK or VLEK.',
  ),
  Cca: t.variant(4, vendorBytes, 'CBOR with tag 399: platform token and realm token.'),
  Nitro: t.variant(5, vendorBytes, 'COSE_Sign1 with its certificates.'),
})
export type Evidence = Infer<typeof Evidence>

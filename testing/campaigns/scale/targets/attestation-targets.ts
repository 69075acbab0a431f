/**
 * Evidence and collateral of TEEs: first the readers alone, whose every refusal has to be one that somebody foresaw; then
 * what else takes such bytes (`entry-targets.ts`), and whole verifiers (`verifier-targets.ts`).
 */
import type { AttestationEvidence, DcapCollateral } from '@pha/core/attestation'
import { readCase } from '@pha/core/attestation/node'
import {
  EVIDENCE_FAILURES,
  EVIDENCE_READERS,
  type EvidenceReader,
  pemOf,
  testIntel,
} from '@pha/core/attestation/testing'
import { CodecError } from '@pha/core/codec'
import { evidenceFolders, noEvidence } from '../../evidence-folders.ts'
import type { Target, Verdict } from '../target.ts'
import { entryTargets } from './entry-targets.ts'
import { verifierTargets } from './verifier-targets.ts'

/** Readers take some 50 microseconds. */
const READER_SHARE = 0.2

/** Samples are made when the first one is wanted: most threads of a campaign want none. */
export function attestationTargets(): Target[] {
  const readers = (Object.keys(EVIDENCE_READERS) as EvidenceReader[])
    .filter((name) => !noEvidence || OWN_SAMPLES.has(name))
    .map(readerTarget)
  return [...readers, ...entryTargets(), ...verifierTargets()]
}

function readerTarget(name: EvidenceReader): Target {
  const read = EVIDENCE_READERS[name]
  const offer = (input: Uint8Array): Verdict => {
    try {
      read(input)
      return 'accepted'
    } catch (error) {
      if (isForeseen(error)) return 'refused'
      throw error
    }
  }
  let valid: readonly Uint8Array[] | undefined
  return {
    name: `attestation.${name}`,
    share: READER_SHARE,
    sample(random) {
      valid ??= SAMPLES[name]().filter((bytes) => offer(bytes) === 'accepted')
      return { bytes: random.pick(valid), marks: [] }
    },
    offer,
  }
}

function isForeseen(error: unknown): boolean {
  if (error instanceof CodecError) return true
  return error instanceof Error && EVIDENCE_FAILURES.some((reason) => reason === error.message)
}

/** Of a vendor of our own: these readers have samples where the vectors are absent. */
const OWN_SAMPLES: ReadonlySet<EvidenceReader> = new Set([
  'quote.sgx',
  'quote.tdx',
  'tcb-info.sgx',
  'tcb-info.tdx',
  'qe-identity.sgx',
  'qe-identity.tdx',
  'certificate',
  'certificate.pck',
  'crl',
  'pem',
])

const intel = testIntel('Campaign')

const SAMPLES: Readonly<Record<EvidenceReader, () => readonly Uint8Array[]>> = {
  'quote.sgx': () => [intel.platform().sgxQuote(), ...evidence('intel-sgx')],
  'quote.tdx': () => [
    intel.platform().tdxQuote(),
    intel.platform().tdxQuote({ version: 5, bodyType: 3 }),
    ...evidence('intel-tdx'),
  ],
  'tcb-info.sgx': () => collaterals().map(({ tcbInfo }) => tcbInfo),
  'tcb-info.tdx': () => collaterals().map(({ tcbInfo }) => tcbInfo),
  'qe-identity.sgx': () => collaterals().map(({ qeIdentity }) => qeIdentity),
  'qe-identity.tdx': () => collaterals().map(({ qeIdentity }) => qeIdentity),
  certificate: () => [...chains().flat(), ...veks()],
  'certificate.pck': () => intel.platform().certificates,
  'certificate.vek': veks,
  crl: () => collaterals().flatMap(({ rootCaCrl, pckCrl }) => [rootCaCrl ?? [], pckCrl ?? []].flat()),
  pem: () => chains().map(pemOf),
  'snp-report': () => evidence('amd-sev-snp'),
  'cca-token': () => evidence('arm-cca'),
  'psa-token': () => evidence('arm-psa'),
  'nitro-document': () => evidence('aws-nitro'),
  'spdm-report': () => evidence('nvidia-gpu'),
}

function evidence(vendor: string): readonly Uint8Array[] {
  return evidenceFolders(vendor).map((folder) => bytesOf(readCase(folder).evidence))
}

function collaterals(): readonly DcapCollateral[] {
  const real = ['intel-sgx', 'intel-tdx'].flatMap(evidenceFolders).flatMap((folder) => {
    const { collateral } = readCase(folder)
    return collateral.type === 'Dcap' ? [collateral.dcap] : []
  })
  return [intel.collateral('Sgx'), intel.collateral('Tdx'), ...real]
}

function chains(): readonly (readonly Uint8Array[])[] {
  return [intel.platform().certificates, ...collaterals().map(({ pckCrlIssuerChain }) => pckCrlIssuerChain)]
}

function veks(): readonly Uint8Array[] {
  return evidenceFolders('amd-sev-snp').flatMap((folder) => {
    const { evidence } = readCase(folder)
    return evidence.type === 'SevSnp' ? [evidence.vek] : []
  })
}

function bytesOf(evidence: AttestationEvidence): Uint8Array {
  switch (evidence.type) {
    case 'Simulated':
    case 'Sgx':
    case 'Tdx':
      return evidence.quote
    case 'Cca':
    case 'Psa':
      return evidence.token
    case 'Nitro':
      return evidence.document
    case 'SevSnp':
    case 'Ias':
    case 'NvidiaGpu':
      return evidence.report
  }
}

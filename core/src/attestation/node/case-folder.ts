/**
 * Evidence in a folder, as the attestation vectors have it: `case.json` names the files, the date to judge at and what to
 * expect. One reader for the tests and for `pha attest verify`.
 */
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { base64 } from '@scure/base'
import { fromHex } from '../../codec/index.ts'
import { anchorKeyFromJwk } from '../anchor-key.ts'
import { secondsOfIso } from '../calendar.ts'
import type { AttestationCollateral, AttestationEvidence, DcapCollateral } from '../evidence.ts'
import { derFromPem } from '../x509/pem.ts'

/** What `case.json` says must come out; only the fields that every kind has. */
export interface CaseExpectation {
  readonly ok: boolean
  readonly reason?: string
  /** Every check that fails; a verifier may name any of them. */
  readonly problems?: readonly string[]
  readonly measurements?: Readonly<Record<string, unknown>>
  readonly [field: string]: unknown
}

export interface AttestationCase {
  readonly id: string
  readonly vendor: string
  readonly evidence: AttestationEvidence
  readonly collateral: AttestationCollateral
  /** Seconds since 1970. */
  readonly now: number
  readonly expect: CaseExpectation
}

interface CaseFile {
  readonly id: string
  readonly vendor: string
  readonly quoteFile: string
  readonly collateralFiles: readonly string[]
  readonly verifyAt: string
  readonly expect: CaseExpectation
}

type Parts = Pick<AttestationCase, 'evidence' | 'collateral'>
/** Bytes of the first file among those that `case.json` names whose name fits. */
type Files = (name: RegExp) => Uint8Array | undefined

/**
 * @throws Error if a file is missing, or something else than evidence's own bytes is unreadable
 *
 * @example
 * const { evidence, collateral, now } = readCase('vectors/attestation/intel-tdx/dstack-tdx-uptodate')
 */
export function readCase(folder: string): AttestationCase {
  const file = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as CaseFile
  const names = [file.quoteFile, ...file.collateralFiles]
  const files: Files = (pattern) => {
    const name = names.find((each) => pattern.test(each))
    return name === undefined ? undefined : new Uint8Array(readFileSync(join(folder, basename(name))))
  }
  const parts = READERS[file.vendor]
  if (parts === undefined) throw new Error(`no kind of evidence is called ${file.vendor}`)
  const { id, vendor, verifyAt, expect } = file
  return { id, vendor, now: secondsOfIso(verifyAt), expect, ...parts(files) }
}

const READERS: Readonly<Record<string, (files: Files) => Parts>> = {
  'intel-sgx': (files) => ({ evidence: { type: 'Sgx', quote: need(files, /^quote/) }, collateral: dcap(files) }),
  'intel-tdx': (files) => ({ evidence: { type: 'Tdx', quote: need(files, /^quote/) }, collateral: dcap(files) }),
  'amd-sev-snp': (files) => ({
    evidence: { type: 'SevSnp', report: need(files, /^report/), vek: need(files, /^v[cl]ek/) },
    collateral: {
      type: 'Snp',
      snp: { ask: onlyBlock(need(files, /^ask/)), ark: onlyBlock(need(files, /^ark/)), crl: files(/^crl/) },
    },
  }),
  'arm-cca': (files) => ({ evidence: { type: 'Cca', token: need(files, /^token/) }, collateral: anchors(files) }),
  'arm-psa': (files) => ({ evidence: { type: 'Psa', token: need(files, /^token/) }, collateral: anchors(files) }),
  'aws-nitro': (files) => ({
    evidence: { type: 'Nitro', document: need(files, /^document/) },
    collateral: { type: 'None' },
  }),
  'intel-ias': (files) => ({
    evidence: {
      type: 'Ias',
      report: need(files, /^report/),
      signature: base64.decode(text(need(files, /^signature/)).trim()),
      certificates: derFromPem(need(files, /chain/)),
    },
    collateral: { type: 'None' },
  }),
  'nvidia-gpu': (files) => ({
    evidence: {
      type: 'NvidiaGpu',
      report: need(files, /^report/),
      certificates: derFromPem(need(files, /chain/)),
    },
    collateral: { type: 'None' },
  }),
}

function need(files: Files, pattern: RegExp): Uint8Array {
  const bytes = files(pattern)
  if (bytes === undefined) throw new Error(`case.json names no file like ${pattern.source}`)
  return bytes
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

/** The certificate of a PEM file with one, or the bytes as they are. */
function onlyBlock(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0x2d ? (derFromPem(bytes)[0] ?? bytes) : bytes
}

function dcap(files: Files): AttestationCollateral {
  const json = JSON.parse(text(need(files, /^collateral/))) as Partial<Record<string, string>>
  const utf8 = (name: string) => new TextEncoder().encode(json[name] ?? '')
  const hex = (name: string) => fromHex(`0x${json[name] ?? ''}`)
  /** A list that is missing is written as no bytes. */
  const crl = (name: string) => (json[name] === undefined || json[name] === '' ? undefined : hex(name))
  const chain = (name: string) => derFromPem(json[name] ?? '')
  const collateral: DcapCollateral = {
    tcbInfo: utf8('tcb_info'),
    tcbInfoSignature: hex('tcb_info_signature'),
    tcbInfoIssuerChain: chain('tcb_info_issuer_chain'),
    qeIdentity: utf8('qe_identity'),
    qeIdentitySignature: hex('qe_identity_signature'),
    qeIdentityIssuerChain: chain('qe_identity_issuer_chain'),
    rootCaCrl: crl('root_ca_crl'),
    pckCrl: crl('pck_crl'),
    pckCrlIssuerChain: chain('pck_crl_issuer_chain'),
    pckCertificateChain: json['pck_certificate_chain'] === undefined ? undefined : chain('pck_certificate_chain'),
  }
  return { type: 'Dcap', dcap: collateral }
}

function anchors(files: Files): AttestationCollateral {
  const key = anchorKeyFromJwk(text(need(files, /jwk$/)))
  if (key === undefined) throw new Error('the anchor is no public key of P-256, P-384 or P-521 in JWK form')
  return { type: 'AnchorKeys', keys: [key] }
}

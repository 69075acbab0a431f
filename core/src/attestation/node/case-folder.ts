/**
 * Evidence in a folder, as the attestation vectors have it: `case.json` names the files, the date to judge at and what to
 * expect. One reader for the tests and for `pha attest verify`.
 */
import { readFileSync, statSync } from 'node:fs'
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

interface AnyCase {
  readonly id: string
  readonly vendor: string
  /** Seconds since 1970. */
  readonly now: number
  readonly expect: CaseExpectation
}

export interface AttestationCase extends AnyCase {
  readonly evidence: AttestationEvidence
  readonly collateral: AttestationCollateral
}

/** A chain with revocation lists, and nothing that it signed. */
export interface CertificateCase extends AnyCase {
  /** DER, leaf first. */
  readonly certificates: readonly Uint8Array[]
  readonly lists: readonly Uint8Array[]
}

interface CaseFile {
  readonly id: string
  readonly vendor: string
  readonly quoteFile: string
  readonly collateralFiles: readonly string[]
  readonly verifyAt: string
  readonly expect: CaseExpectation
}

/** Far above any evidence, collateral included; keeps a wrong file out of memory. */
const MAX_FILE_BYTES = 4 * 1024 * 1024

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
  const { file, files, common } = readFolder(folder)
  const parts = READERS[file.vendor]
  if (parts === undefined) throw new Error(`no kind of evidence is called ${file.vendor}`)
  return { ...common, ...parts(files) }
}

/** Certificates and lists of a folder whose vendor is `CERTIFICATES`; their names say which is which. */
export function readCertificateCase(folder: string): CertificateCase {
  const { file, files, common } = readFolder(folder)
  const certificates = [/^leaf/, /^intermediate/, /^root/].map((pattern) => need(files, pattern))
  const lists = file.collateralFiles.filter((name) => name.startsWith('crl')).map((name) => read(folder, name))
  return { ...common, certificates, lists }
}

/** The vendor of cases that are about certificates alone. */
export const CERTIFICATES = 'x509-crl'

export function vendorOf(folder: string): string {
  return readFolder(folder).file.vendor
}

function readFolder(folder: string) {
  const file = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as CaseFile
  const names = [file.quoteFile, ...file.collateralFiles]
  const files: Files = (pattern) => {
    const name = names.find((each) => pattern.test(each))
    return name === undefined ? undefined : read(folder, name)
  }
  const { id, vendor, verifyAt, expect } = file
  return { file, files, common: { id, vendor, now: secondsOfIso(verifyAt), expect } }
}

/** A file of the folder itself, whatever path `case.json` writes. */
function read(folder: string, name: string): Uint8Array {
  const path = join(folder, basename(name))
  const { size } = statSync(path)
  if (size > MAX_FILE_BYTES) throw new Error(`${path} has more than ${MAX_FILE_BYTES} bytes`)
  return new Uint8Array(readFileSync(path))
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

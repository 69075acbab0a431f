/**
 * DCAP quotes: SGX version 3 (Intel SGX ECDSA QuoteGenReference, appendix A.4), TDX versions 4 and 5 (Intel TDX DCAP
 * Quoting Library API, appendix A.3). Reading checks form only; no signature.
 */
import { concatBytes, equalBytes, fromHex, Reader } from '../../codec/index.ts'
import { demand, refuse } from '../refusal.ts'
import { type Certification, readCertification, readQeCertification } from './certification.ts'
import { ENCLAVE_REPORT_BYTES, type EnclaveReport, readEnclaveReport } from './enclave-report.ts'
import { MAX_QUOTE_BYTES } from './limits.ts'
import { readTdReport, TD_REPORT_BYTES, type TdReport } from './td-report.ts'

const ECDSA_P256 = 2
const TEE_TYPES = { Sgx: 0x00, Tdx: 0x81 } as const
const TD_BODY_TYPES = { 2: '1.0', 3: '1.5' } as const
const INTEL_QE_VENDOR = fromHex('0x939a7233f79c4ca9940a0db3957f0607')
const HEADER_BYTES = 48

export type DcapTee = keyof typeof TEE_TYPES

export type QuoteBody =
  | { readonly tee: 'Sgx'; readonly report: EnclaveReport }
  /** `isOfItsType`: whether a version 5 body is as long as its type says; the type itself is signed. */
  | { readonly tee: 'Tdx'; readonly report: TdReport; readonly isOfItsType: boolean }

export interface DcapQuote {
  readonly version: 3 | 4 | 5
  readonly body: QuoteBody
  /** Header and body: what the attestation key signed. */
  readonly signed: Uint8Array
  /** r || s. */
  readonly signature: Uint8Array
  /** x || y, P-256: a key that the quoting enclave made and vouches for. */
  readonly attestationKey: Uint8Array
  readonly certification: Certification
  /** Bytes after the signature. Nobody signed them: they are counted and go nowhere. */
  readonly trailingBytes: number
}

/** The quote in these bytes; refuses `wrong-tee` unless it is one of `tee`. */
export function readQuote(tee: DcapTee, bytes: Uint8Array): DcapQuote {
  demand(bytes.length <= MAX_QUOTE_BYTES, 'bad-length')
  const reader = new Reader(bytes)
  const version = readHeader(tee, reader)
  const body = readBody(tee, version, reader)
  const signed = reader.since(0)

  const signatureData = new Reader(reader.raw(reader.u32()))
  const signature = signatureData.raw(64)
  const attestationKey = signatureData.raw(64)
  const certification = version === 3 ? readQeCertification(signatureData) : readCertification(signatureData)
  signatureData.expectEnd()
  return { version, body, signed, signature, attestationKey, certification, trailingBytes: reader.remaining }
}

/** The report in a quote, without what surrounds it. */
export function readQuotedBody(tee: DcapTee, bytes: Uint8Array): QuoteBody {
  const reader = new Reader(bytes)
  return readBody(tee, readHeader(tee, reader), reader)
}

/** The attestation key as an uncompressed point (SEC 1, section 2.3.3). */
export function attestationPoint({ attestationKey }: DcapQuote): Uint8Array {
  return concatBytes(Uint8Array.of(4), attestationKey)
}

function readHeader(tee: DcapTee, reader: Reader): DcapQuote['version'] {
  reader.require(HEADER_BYTES)
  const version = reader.u16()
  const keyType = reader.u16()
  const teeType = reader.u32()
  reader.skip(4) // version 3: SVNs of QE and PCE; later: reserved
  const vendor = reader.raw(16)
  reader.skip(20) // data of the QE's own
  demand(teeType === TEE_TYPES[tee], 'wrong-tee')
  const isKnown = tee === 'Sgx' ? version === 3 : version === 4 || version === 5
  if (!isKnown) refuse('unsupported-version')
  demand(keyType === ECDSA_P256, 'unsupported-algorithm')
  demand(equalBytes(vendor, INTEL_QE_VENDOR), 'malformed')
  return version as DcapQuote['version']
}

function readBody(tee: DcapTee, version: DcapQuote['version'], reader: Reader): QuoteBody {
  if (tee === 'Sgx') return { tee, report: readEnclaveReport(reader.raw(ENCLAVE_REPORT_BYTES)) }
  if (version === 4) return { tee, report: readTdReport(reader.raw(TD_REPORT_BYTES['1.0'])), isOfItsType: true }
  const type = reader.u16()
  const length = reader.u32()
  demand(type in TD_BODY_TYPES, 'malformed')
  demand(length === TD_REPORT_BYTES['1.0'] || length === TD_REPORT_BYTES['1.5'], 'malformed')
  const isOfItsType = length === TD_REPORT_BYTES[TD_BODY_TYPES[type as keyof typeof TD_BODY_TYPES]]
  return { tee, report: readTdReport(reader.raw(length)), isOfItsType }
}

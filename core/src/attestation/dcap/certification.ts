/**
 * Certification data of a quote: what ties its attestation key to a platform. The quoting enclave's report, signed by
 * the platform's PCK, and the certificates of that PCK unless the collateral has them.
 */

import { Reader } from '../../codec/index.ts'
import { demand, refuse } from '../refusal.ts'
import { derFromPem } from '../x509/pem.ts'
import { ENCLAVE_REPORT_BYTES, type EnclaveReport, readEnclaveReport } from './enclave-report.ts'

/** Types 1 to 4 name the platform (PPID in clear or encrypted, or its leaf only); the collateral then has the chain. */
const LAST_OF_NAMES = 4
const PCK_CHAIN = 5
const QE_REPORT = 6

export interface Certification {
  readonly qeReport: EnclaveReport
  /** r || s, by the PCK. */
  readonly qeReportSignature: Uint8Array
  /** Hashed into the report data of the quoting enclave, after the attestation key. */
  readonly qeAuthentication: Uint8Array
  /** DER, leaf first; undefined where the quote only names its platform. */
  readonly pckChain: readonly Uint8Array[] | undefined
}

/** Versions 4 and 5: one item of type 6 around all of it. */
export function readCertification(reader: Reader): Certification {
  demand(reader.u16() === QE_REPORT, 'malformed')
  const inner = new Reader(reader.raw(reader.u32()))
  const certification = readQeCertification(inner)
  inner.expectEnd()
  return certification
}

/** The quoting enclave's report and what certifies it: all of version 3, the inside of type 6. */
export function readQeCertification(reader: Reader): Certification {
  const qeReport = readEnclaveReport(reader.raw(ENCLAVE_REPORT_BYTES))
  const qeReportSignature = reader.raw(64)
  const qeAuthentication = reader.raw(reader.u16())
  const type = reader.u16()
  const data = reader.raw(reader.u32())
  return { qeReport, qeReportSignature, qeAuthentication, pckChain: pckChainOf(type, data) }
}

function pckChainOf(type: number, data: Uint8Array): readonly Uint8Array[] | undefined {
  if (type === PCK_CHAIN) return derFromPem(data)
  if (type >= 1 && type <= LAST_OF_NAMES) return undefined
  return refuse('malformed')
}

/** REPORTBODY of an SGX enclave (Intel SDM volume 3D, section 38.15), as quotes carry it: of the quoted enclave and of the quoting one. */
import { Reader } from '../../codec/index.ts'

export const ENCLAVE_REPORT_BYTES = 384
const DEBUG = 0x02

export interface EnclaveReport {
  /** All of it: what is signed. */
  readonly bytes: Uint8Array
  readonly miscSelect: Uint8Array
  /** Flags, then XFRM, 8 bytes each. */
  readonly attributes: Uint8Array
  readonly mrEnclave: Uint8Array
  readonly mrSigner: Uint8Array
  readonly isvProdId: number
  readonly isvSvn: number
  readonly reportData: Uint8Array
}

/** @param bytes exactly `ENCLAVE_REPORT_BYTES` */
export function readEnclaveReport(bytes: Uint8Array): EnclaveReport {
  const reader = new Reader(bytes)
  reader.skip(16) // CPUSVN, raw: the PCK certificate has it by components
  const miscSelect = reader.raw(4)
  reader.skip(28) // reserved, ISVEXTPRODID
  const attributes = reader.raw(16)
  const mrEnclave = reader.raw(32)
  reader.skip(32) // reserved
  const mrSigner = reader.raw(32)
  reader.skip(96) // reserved, CONFIGID
  const isvProdId = reader.u16()
  const isvSvn = reader.u16()
  reader.skip(60) // CONFIGSVN, reserved, ISVFAMILYID
  const reportData = reader.raw(64)
  reader.expectEnd()
  return { bytes, miscSelect, attributes, mrEnclave, mrSigner, isvProdId, isvSvn, reportData }
}

export function isDebugEnclave({ attributes }: EnclaveReport): boolean {
  return ((attributes[0] as number) & DEBUG) !== 0
}

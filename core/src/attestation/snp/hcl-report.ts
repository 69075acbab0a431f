/**
 * What an Azure confidential VM keeps in its vTPM (NV index 0x01400001): the report of the firmware, which the paravisor
 * asked for, and the JSON that the paravisor bound to it by its hash. The report proves the JSON, and the JSON names the
 * vTPM's key; a guest there cannot choose report data of its own.
 */
import { equalBytes } from '../../codec/index.ts'
import { sha256 } from '../../crypto/index.ts'
import { demand, verdictOf } from '../refusal.ts'
import type { Verdict } from '../verdict.ts'
import { MAX_HCL_BYTES, SNP_REPORT_BYTES } from './limits.ts'
import { isZero, readReport } from './report.ts'

const HEADER_BYTES = 32
const SIGNATURE = /* HCLA */ 0x414c_4348
const VERSIONS = [1, 2]
const REQUEST_BYTES = 20
const SNP_REPORT = 2
const SHA_256 = 1
const HASH_BYTES = 32

export interface HclReport {
  /** For `verifySnp`: until that has accepted it, nothing here is proved. */
  readonly report: Uint8Array
  /** JSON, the exact bytes. */
  readonly runtimeData: Uint8Array
}

/**
 * Report and runtime data, if the one has the hash of the other in its report data.
 *
 * @example
 * const hcl = readHclReport(blob)
 * if (!hcl.ok) return hcl
 * const verdict = verifySnp({ report: hcl.facts.report, vek }, collateral, context)
 */
export function readHclReport(blob: Uint8Array): Verdict<HclReport> {
  return verdictOf(() => {
    const dataAt = HEADER_BYTES + SNP_REPORT_BYTES + REQUEST_BYTES
    demand(blob.length >= dataAt && blob.length <= MAX_HCL_BYTES, 'bad-length')
    const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength)
    const u32 = (at: number): number => view.getUint32(at, true)
    demand(u32(0) === SIGNATURE, 'malformed')
    demand(VERSIONS.includes(u32(4)), 'unsupported-version')

    const requestAt = HEADER_BYTES + SNP_REPORT_BYTES
    const [size, version, reportType, hashType, length] = [0, 4, 8, 12, 16].map((at) => u32(requestAt + at))
    demand(version === 1, 'unsupported-version')
    demand(reportType === SNP_REPORT, 'wrong-tee')
    demand(hashType === SHA_256, 'unsupported-algorithm')
    demand(length !== undefined && length <= blob.length - dataAt && size === length + REQUEST_BYTES, 'bad-length')

    const report = blob.subarray(HEADER_BYTES, requestAt)
    const runtimeData = blob.subarray(dataAt, dataAt + length)
    const { reportData } = readReport(report)
    const isBound = equalBytes(reportData.subarray(0, HASH_BYTES), sha256(runtimeData))
    demand(isBound && isZero(reportData.subarray(HASH_BYTES)), 'runtime-data')
    return { report, runtimeData }
  })
}

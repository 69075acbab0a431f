/** Evidence with the layout of the real thing around given report data, and signatures of nobody. */
import { createHash } from 'node:crypto'
import { concatBytes, fromHex } from '@pha/core/codec'
import { SNP_REPORT_BYTES } from '@pha/core/protocol'

/** Bytes that a name stands for, as many as asked for. */
export function filler(name: string, length: number): Uint8Array {
  return new Uint8Array(createHash('shake256', { outputLength: length }).update(name).digest())
}

/** Version, kind of key (ECDSA P-256), TEE, and Intel as vendor of the quoting enclave. */
function quoteHeader(version: number, tee: number): Uint8Array {
  const vendor = fromHex('0x939a7233f79c4ca9940a0db3957f0607')
  return concatBytes(Uint8Array.of(version, 0, 2, 0, tee, 0, 0, 0), new Uint8Array(4), vendor, new Uint8Array(20))
}

/** A quote of version 3: header, report of an enclave, and what stands for its signatures. */
export function sgxQuote(reportData: Uint8Array, mrEnclave = filler('MRENCLAVE', 32)): Uint8Array {
  const report = filler('report of an enclave', 384)
  report.set(mrEnclave, 64)
  report.set(reportData, 320)
  return concatBytes(quoteHeader(3, 0), report, filler('SGX signatures', 4_200))
}

/** A quote of version 4 or 5, as long as real ones: two pages. */
export function tdxQuote(reportData: Uint8Array, version: 4 | 5 = 4): Uint8Array {
  const report = filler('report of a TD', version === 4 ? 584 : 648)
  report.set(reportData, 520)
  const type = version === 4 ? new Uint8Array() : Uint8Array.of(3, 0, 0x88, 0x02, 0, 0)
  return concatBytes(quoteHeader(version, 0x81), type, report, filler('TDX signatures', 7_300))
}

/** @param signer bits 2 to 4 of KEY_INFO: 0 VCEK, 1 VLEK */
export function snpReport(reportData: Uint8Array, signer = 0): Uint8Array {
  const report = filler('report of an SNP guest', SNP_REPORT_BYTES)
  report[0x48] = signer << 2
  report.set(reportData, 0x50)
  return report
}

/** A certificate table: names as 16 bytes, in the order given, and the entry of zeros. */
export function certificateTable(
  ...entries: readonly (readonly [name: Uint8Array, certificate: Uint8Array])[]
): Uint8Array {
  const head = new Uint8Array(24 * (entries.length + 1))
  const view = new DataView(head.buffer)
  let offset = head.length
  entries.forEach(([name, certificate], i) => {
    head.set(name, 24 * i)
    view.setUint32(24 * i + 16, offset, true)
    view.setUint32(24 * i + 20, certificate.length, true)
    offset += certificate.length
  })
  return concatBytes(head, ...entries.map(([, certificate]) => certificate))
}

/** DCAP quotes, written: the inverse of `quote.ts`. */
import { concatBytes, fromHex, written } from '../../codec/index.ts'
import { sha256 } from '../../crypto/index.ts'
import type { TestAuthority } from '../x509/test-pki.ts'
import type { TdReport } from './td-report.ts'

/** What the collateral of `test-dcap.ts` names as its quoting enclaves. */
export const TEST_QE = { mrSigner: new Uint8Array(32).fill(0x51), isvProdId: 1, isvSvn: 8 } as const

/** Of the quoting enclave that signs. */
export interface TestQe {
  readonly mrSigner?: Uint8Array
  readonly isvProdId?: number
  readonly isvSvn?: number
  readonly attributes?: Uint8Array
  readonly miscSelect?: Uint8Array
}

interface Certified {
  readonly qe?: TestQe
  /** Type 5, the chain, if absent. */
  readonly certification?: { readonly type: number; readonly data: Uint8Array }
  readonly trailing?: Uint8Array
}

export interface TestEnclave extends Certified {
  readonly mrEnclave?: Uint8Array
  readonly mrSigner?: Uint8Array
  readonly isvProdId?: number
  readonly isvSvn?: number
  readonly attributes?: Uint8Array
  readonly miscSelect?: Uint8Array
  readonly reportData?: Uint8Array
}

export interface TestTd extends Certified, Partial<TdReport> {
  readonly version?: 4 | 5
  /** Of version 5: TD 1.0 or TD 1.5. */
  readonly bodyType?: 2 | 3
}

type Quoted = ({ readonly tee: 'Sgx' } & TestEnclave) | ({ readonly tee: 'Tdx' } & TestTd)

export interface QuoteSigners {
  readonly pck: TestAuthority
  readonly attestation: TestAuthority
}

/** What may be asked for wrongly is; sizes and signatures are right. */
export function quoteBytes(quoted: Quoted, { pck, attestation }: QuoteSigners, pckPem: Uint8Array): Uint8Array {
  const attestationKey = attestation.point.subarray(1)
  const authentication = new Uint8Array(32).map((_, i) => i)
  const qeReport = enclaveReport({
    ...TEST_QE,
    attributes: fromHex('0x1500000000000000e700000000000000'),
    ...quoted.qe,
    reportData: sha256(concatBytes(attestationKey, authentication)),
  })
  const { type, data } = quoted.certification ?? { type: 5, data: pckPem }
  const qeCertification = written((to) => {
    to.raw(qeReport)
    to.raw(pck.sign(qeReport))
    to.u16(authentication.length)
    to.raw(authentication)
    to.u16(type)
    to.u32(data.length)
    to.raw(data)
  })

  const version = quoted.tee === 'Sgx' ? 3 : (quoted.version ?? 4)
  const signed = concatBytes(header(quoted.tee, version), body(quoted))
  return written((to) => {
    to.raw(signed)
    const outer = version === 3 ? 0 : 6
    to.u32(128 + outer + qeCertification.length)
    to.raw(attestation.sign(signed))
    to.raw(attestationKey)
    if (version !== 3) {
      to.u16(6)
      to.u32(qeCertification.length)
    }
    to.raw(qeCertification)
    to.raw(quoted.trailing ?? new Uint8Array(0))
  })
}

function header(tee: Quoted['tee'], version: number): Uint8Array {
  return written((to) => {
    to.u16(version)
    to.u16(2)
    to.u32(tee === 'Sgx' ? 0 : 0x81)
    to.u32(0)
    to.raw(fromHex('0x939a7233f79c4ca9940a0db3957f0607'))
    to.raw(new Uint8Array(20))
  })
}

function body(quoted: Quoted): Uint8Array {
  if (quoted.tee === 'Sgx') return enclaveReport(quoted)
  const { version = 4, bodyType = 2 } = quoted
  const report = tdReport(quoted, version === 5 && bodyType === 3)
  if (version === 4) return report
  return written((to) => {
    to.u16(bodyType)
    to.u32(report.length)
    to.raw(report)
  })
}

function enclaveReport(report: Omit<TestEnclave, keyof Certified>): Uint8Array {
  return written((to) => {
    to.raw(new Uint8Array(16))
    to.raw(report.miscSelect ?? new Uint8Array(4))
    to.raw(new Uint8Array(28))
    to.raw(report.attributes ?? fromHex('0x0500000000000000e700000000000000'))
    to.raw(report.mrEnclave ?? new Uint8Array(32).fill(0xe1))
    to.raw(new Uint8Array(32))
    to.raw(report.mrSigner ?? new Uint8Array(32).fill(0xe2))
    to.raw(new Uint8Array(96))
    to.u16(report.isvProdId ?? 0)
    to.u16(report.isvSvn ?? 0)
    to.raw(new Uint8Array(60))
    to.raw(filled(report.reportData, 64))
  })
}

function tdReport(report: Partial<TdReport>, is15: boolean): Uint8Array {
  return concatBytes(
    report.teeTcbSvn ?? Uint8Array.of(8, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    filled(report.mrSeam, 48),
    filled(report.mrSignerSeam, 48),
    filled(report.seamAttributes, 8),
    report.tdAttributes ?? fromHex('0x0000001000000000'),
    report.xfam ?? fromHex('0xe702060000000000'),
    report.mrTd ?? new Uint8Array(48).fill(0xd1),
    ...[report.mrConfigId, report.mrOwner, report.mrOwnerConfig].map((each) => filled(each, 48)),
    ...[report.rtmr0, report.rtmr1, report.rtmr2, report.rtmr3].map((each) => filled(each, 48)),
    filled(report.reportData, 64),
    ...(is15 ? [filled(report.teeTcbSvn2, 16), filled(report.mrServiceTd, 48)] : []),
  )
}

/** Zeros where nothing is given, and after what is shorter. */
function filled(bytes: Uint8Array = new Uint8Array(0), length: number): Uint8Array {
  return concatBytes(bytes, new Uint8Array(length - bytes.length))
}

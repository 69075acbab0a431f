/**
 * A vendor like Intel with a root of its own, for tests and for networks that simulate a vendor: platforms that make
 * quotes, and the collateral to judge them by. Every field can be asked for, wrong ones too.
 */
import { base64 } from '@scure/base'
import { concatBytes, fromHex, toHex, utf8Encode } from '../../codec/index.ts'
import { sha256 } from '../../crypto/index.ts'
import type { DcapCollateral } from '../evidence.ts'
import { type TestAuthority, testAuthority } from '../x509/test-pki.ts'
import type { DcapTee } from './quote.ts'
import { quoteBytes, TEST_QE, type TestEnclave, type TestTd } from './test-quote.ts'
import { sgxExtension, type TestPck } from './test-sgx-extension.ts'

export type PckCaName = 'Platform' | 'Processor'

const SERIALS = { Platform: 2, Processor: 3, tcbSigner: 4 } as const
/** 2025-01-01 and 2040-01-01: the same span as the certificates of `test-pki.ts` end with. */
const ISSUED_AT = 1_735_689_600
const NEXT_UPDATE = 2_208_988_800
const ZEROS_48 = '00'.repeat(48)

export interface PlatformOptions extends Partial<TestPck> {
  /** Names the machine: the same name gives the same PPID and key. */
  readonly name?: string
  readonly serial?: number
  readonly ca?: PckCaName
  readonly notBefore?: number
  readonly notAfter?: number
}

export interface CollateralOptions {
  readonly ca?: PckCaName
  /** Seconds since 1970. */
  readonly issuedAt?: number
  readonly nextUpdate?: number
  /** In place of members of the TCB info; `undefined` leaves one out. */
  readonly tcbInfo?: Readonly<Record<string, unknown>>
  readonly qeIdentity?: Readonly<Record<string, unknown>>
  /** Serial numbers on the CA's list and on the root's. */
  readonly revokedPcks?: readonly number[]
  readonly revokedByRoot?: readonly number[]
}

export interface TestPlatform {
  /** DER, leaf first. */
  readonly certificates: readonly Uint8Array[]
  readonly ppid: Uint8Array
  /** A version 3 quote. */
  sgxQuote(enclave?: TestEnclave): Uint8Array
  /** A version 4 quote, or version 5 where it is asked for. */
  tdxQuote(td?: TestTd): Uint8Array
}

export interface TestIntel {
  /** What a policy trusts: SHA-256 of the root's SubjectPublicKeyInfo. */
  readonly pin: Uint8Array
  readonly root: TestAuthority
  readonly cas: Readonly<Record<PckCaName, TestAuthority>>
  readonly tcbSigner: TestAuthority
  readonly serials: typeof SERIALS
  platform(options?: PlatformOptions): TestPlatform
  /** For every platform with the FMSPC that platforms have unless they ask for another. */
  collateral(tee: DcapTee, options?: CollateralOptions): DcapCollateral
}

/**
 * @param name the same name gives the same keys
 *
 * @example
 * const intel = testIntel()
 * const quote = intel.platform({ name: 'rack 1' }).tdxQuote({ reportData })
 * const verdict = verifyDcap({ type: 'Tdx', quote }, intel.collateral('Tdx'), { now, roots, signatures })
 */
export function testIntel(name = 'Test Intel'): TestIntel {
  const root = testAuthority({ subject: `${name} SGX Root CA`, pathLength: 1 })
  const caOf = (ca: PckCaName) =>
    root.issue({ subject: `${name} SGX PCK ${ca} CA`, isCa: true, pathLength: 0, serial: SERIALS[ca] })
  const cas = { Platform: caOf('Platform'), Processor: caOf('Processor') }
  // The verifier wants the signer by its real name.
  const tcbSigner = root.issue({
    subject: 'Intel SGX TCB Signing',
    seed: `${name} SGX TCB Signing`,
    serial: SERIALS.tcbSigner,
  })

  return {
    pin: root.pin,
    root,
    cas,
    tcbSigner,
    serials: SERIALS,
    platform: (options = {}) => platformOf(name, root, cas, options),
    collateral(tee, options = {}) {
      const { ca = 'Platform', revokedPcks = [], revokedByRoot = [] } = options
      const times = { thisUpdate: options.issuedAt ?? ISSUED_AT, nextUpdate: options.nextUpdate ?? NEXT_UPDATE }
      const tcbInfo = jsonBytes({ ...defaultTcbInfo(tee, times), ...options.tcbInfo })
      const qeIdentity = jsonBytes({ ...defaultQeIdentity(tee, times), ...options.qeIdentity })
      const signers = [tcbSigner.certificate, root.certificate]
      return {
        tcbInfo,
        tcbInfoSignature: tcbSigner.sign(tcbInfo),
        tcbInfoIssuerChain: signers,
        qeIdentity,
        qeIdentitySignature: tcbSigner.sign(qeIdentity),
        qeIdentityIssuerChain: signers,
        rootCaCrl: root.crl({ revoked: revokedByRoot, ...times }),
        pckCrl: cas[ca].crl({ revoked: revokedPcks, ...times }),
        pckCrlIssuerChain: [cas[ca].certificate, root.certificate],
        pckCertificateChain: undefined,
      }
    },
  }
}

function platformOf(
  vendor: string,
  root: TestAuthority,
  cas: Readonly<Record<PckCaName, TestAuthority>>,
  { name = 'platform', serial = 1000, ca = 'Platform', notBefore, notAfter, ...pck }: PlatformOptions,
): TestPlatform {
  const ppid = pck.ppid ?? sha256(utf8Encode(`${vendor} ${name}`)).slice(0, 16)
  const leaf = cas[ca].issue({
    subject: 'Intel SGX PCK Certificate',
    seed: `${vendor} PCK ${name}`,
    serial,
    extensions: [sgxExtension({ ...TEST_PCK, ...pck, ppid })],
    ...(notBefore === undefined ? {} : { notBefore }),
    ...(notAfter === undefined ? {} : { notAfter }),
  })
  const certificates = [leaf.certificate, cas[ca].certificate, root.certificate]
  const signers = { pck: leaf, attestation: testAuthority({ subject: `${vendor} attestation key ${name}` }) }
  const pckPem = pemOf(certificates)
  return {
    certificates,
    ppid,
    sgxQuote: (enclave = {}) => quoteBytes({ tee: 'Sgx', ...enclave }, signers, pckPem),
    tdxQuote: (td = {}) => quoteBytes({ tee: 'Tdx', ...td }, signers, pckPem),
  }
}

/** A platform with all fixes; components that TCB info compares. */
export const TEST_PCK = {
  fmspc: fromHex('0x00a0b1c2d3e4'),
  pceId: Uint8Array.of(0, 0),
  components: [9, 9, 2, 2, 4, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0],
  pceSvn: 13,
} as const

interface Times {
  readonly thisUpdate: number
  readonly nextUpdate: number
}

function defaultTcbInfo(tee: DcapTee, times: Times): Readonly<Record<string, unknown>> {
  const module = { mrsigner: ZEROS_48, attributes: '00'.repeat(8), attributesMask: 'FF'.repeat(8) }
  return {
    id: tee.toUpperCase(),
    version: 3,
    issueDate: isoOf(times.thisUpdate),
    nextUpdate: isoOf(times.nextUpdate),
    fmspc: hexOf(TEST_PCK.fmspc),
    pceId: hexOf(TEST_PCK.pceId),
    tcbType: 0,
    tcbEvaluationDataNumber: 20,
    ...(tee === 'Sgx'
      ? {}
      : { tdxModule: module, tdxModuleIdentities: [{ id: 'TDX_01', ...module, tcbLevels: SVN_LEVELS }] }),
    tcbLevels: [
      tcbLevel(tee, { tcbDate: '2025-05-14T00:00:00Z', tcbStatus: 'UpToDate' }),
      tcbLevel(tee, {
        components: [9, 9, 2, 2, 4, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0],
        tcbDate: '2025-05-14T00:00:00Z',
        tcbStatus: 'ConfigurationNeeded',
        advisoryIDs: ['INTEL-SA-00001'],
      }),
      tcbLevel(tee, {
        components: [8, 8, 2, 2, 4, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0],
        tcbDate: '2024-03-13T00:00:00Z',
        tcbStatus: 'OutOfDate',
        advisoryIDs: ['INTEL-SA-00002', 'INTEL-SA-00001'],
      }),
    ],
  }
}

export interface TestTcbLevel {
  readonly components?: readonly number[]
  readonly tdxComponents?: readonly number[]
  readonly pceSvn?: number
  readonly tcbDate?: string
  readonly tcbStatus?: string
  readonly advisoryIDs?: readonly string[]
}

/** A level of TCB info, as `tcbInfo.tcbLevels` in `CollateralOptions` takes it. */
export function tcbLevel(
  tee: DcapTee,
  {
    components = TEST_PCK.components,
    tdxComponents = [5, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    pceSvn = TEST_PCK.pceSvn,
    tcbDate = '2025-05-14T00:00:00Z',
    tcbStatus = 'UpToDate',
    advisoryIDs,
  }: TestTcbLevel = {},
): Readonly<Record<string, unknown>> {
  const svns = (values: readonly number[]) => values.map((svn) => ({ svn }))
  const tdx = tee === 'Sgx' ? {} : { tdxtcbcomponents: svns(tdxComponents) }
  return {
    tcb: { sgxtcbcomponents: svns(components), pcesvn: pceSvn, ...tdx },
    tcbDate,
    tcbStatus,
    ...(advisoryIDs === undefined ? {} : { advisoryIDs }),
  }
}

/** Of quoting enclaves and modules: 8 is new, 6 old, 4 revoked. */
export const SVN_LEVELS = [
  { tcb: { isvsvn: 8 }, tcbDate: '2025-05-14T00:00:00Z', tcbStatus: 'UpToDate' },
  { tcb: { isvsvn: 6 }, tcbDate: '2024-11-13T00:00:00Z', tcbStatus: 'OutOfDate', advisoryIDs: ['INTEL-SA-00003'] },
  { tcb: { isvsvn: 4 }, tcbDate: '2023-08-09T00:00:00Z', tcbStatus: 'Revoked', advisoryIDs: ['INTEL-SA-00004'] },
] as const

function defaultQeIdentity(tee: DcapTee, times: Times): Readonly<Record<string, unknown>> {
  return {
    id: tee === 'Sgx' ? 'QE' : 'TD_QE',
    version: 2,
    issueDate: isoOf(times.thisUpdate),
    nextUpdate: isoOf(times.nextUpdate),
    tcbEvaluationDataNumber: 21,
    miscselect: '00000000',
    miscselectMask: 'FFFFFFFF',
    attributes: '11000000000000000000000000000000',
    attributesMask: 'FBFFFFFFFFFFFFFF0000000000000000',
    mrsigner: hexOf(TEST_QE.mrSigner),
    isvprodid: TEST_QE.isvProdId,
    tcbLevels: SVN_LEVELS,
  }
}

function jsonBytes(value: unknown): Uint8Array {
  return utf8Encode(JSON.stringify(value))
}

function hexOf(bytes: Uint8Array): string {
  return toHex(bytes).slice(2).toUpperCase()
}

function isoOf(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
}

/** As quotes carry chains: PEM with a zero byte at the end. */
export function pemOf(certificates: readonly Uint8Array[]): Uint8Array {
  const blocks = certificates.map((der) => {
    const lines = base64.encode(der).match(/.{1,64}/g) ?? []
    return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
  })
  return concatBytes(utf8Encode(blocks.join('')), Uint8Array.of(0))
}

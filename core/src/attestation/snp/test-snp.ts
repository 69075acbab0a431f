/**
 * A firm like AMD, for tests: it certifies machines of one product, and they sign reports. Whatever it writes is well-formed
 * and signed; options make single things wrong.
 */
import { concatBytes, utf8Encode } from '../../codec/index.ts'
import { sha512 } from '../../crypto/index.ts'
import type { SnpCollateral } from '../evidence.ts'
import type { SnpProduct } from '../facts.ts'
import type { TrustedRoots } from '../roots.ts'
import {
  type CrlOptions,
  der,
  derInteger,
  type IssueOptions,
  type TestAuthority,
  type TestExtension,
  testAuthority,
} from '../x509/test-pki.ts'
import { SNP_REPORT_BYTES } from './limits.ts'

const AMD = '1.3.6.1.4.1.3704.1'
const NO_ROOTS: TrustedRoots = {
  intel: [],
  intelIas: [],
  amd: { Milan: [], Genoa: [], Turin: [] },
  awsNitro: [],
  nvidiaGpu: [],
  simulated: [],
}

export interface TestTcb {
  readonly fmc?: number
  readonly bootLoader: number
  readonly tee: number
  readonly snp: number
  readonly microcode: number
}

export interface TestMachineOptions {
  /** Makes another chip, with another key; machines of one name are the same. */
  readonly name?: string
  readonly signingKey?: 'VCEK' | 'VLEK'
  readonly tcb?: TestTcb
  /** Changes to the certificate, its extensions excepted. */
  readonly issue?: Partial<Omit<IssueOptions, 'extensions'>>
  /** Extensions by the part of their OID after AMD's arc; undefined leaves one out. */
  readonly extensions?: Readonly<Record<string, Uint8Array | undefined>>
  /** Under the authority for the other kind of key. */
  readonly isUnderWrongAuthority?: boolean
}

export interface TestReport {
  readonly version?: number
  readonly guestSvn?: number
  readonly policy?: bigint
  readonly vmpl?: number
  readonly algorithm?: number
  readonly platformInfo?: bigint
  /** The field: 0 for a VCEK, 1 for a VLEK. */
  readonly signingKey?: number
  readonly reportData?: Uint8Array
  readonly measurement?: Uint8Array
  readonly hostData?: Uint8Array
  /** Zeros mask it. */
  readonly chipId?: Uint8Array
  readonly currentTcb?: TestTcb
  readonly reportedTcb?: TestTcb
  readonly committedTcb?: TestTcb
  readonly launchTcb?: TestTcb
  readonly committedBuild?: { readonly major: number; readonly minor: number; readonly build: number }
  readonly cpuid?: { readonly family: number; readonly model: number; readonly stepping: number }
  readonly launchMitigations?: bigint
  readonly currentMitigations?: bigint
  /** Bytes to set before it is signed, by offset. */
  readonly bytes?: Readonly<Record<number, number>>
}

export interface TestMachine {
  /** VCEK or VLEK, DER. */
  readonly vek: Uint8Array
  readonly chipId: Uint8Array
  readonly tcb: TestTcb
  /** A signed report of 1,184 bytes. */
  report(fields?: TestReport): Uint8Array
}

export interface TestCollateralOptions {
  readonly certifies?: 'VCEK' | 'VLEK'
  /** Undefined: no list at all. */
  readonly crl?: CrlOptions | undefined
}

export interface TestAmd {
  readonly ark: TestAuthority
  readonly ask: TestAuthority
  readonly asvk: TestAuthority
  /** Trusts this firm for its product, and nobody else. */
  readonly roots: TrustedRoots
  readonly askSerial: number
  readonly asvkSerial: number
  collateral(options?: TestCollateralOptions): SnpCollateral
  machine(options?: TestMachineOptions): TestMachine
}

export interface TestAmdOptions {
  readonly product?: SnpProduct
  readonly ark?: Partial<IssueOptions>
  readonly ask?: Partial<IssueOptions>
  /** Another seed makes another firm with the same names. */
  readonly seed?: string
}

const CPUIDS = {
  Milan: { family: 0x19, model: 0x01, stepping: 1 },
  Genoa: { family: 0x19, model: 0x11, stepping: 1 },
  Turin: { family: 0x1a, model: 0x02, stepping: 1 },
} as const

/**
 * @example
 * const amd = testAmd({ product: 'Turin' })
 * const machine = amd.machine()
 * const evidence = { report: machine.report({ reportData }), vek: machine.vek }
 * verifySnp(evidence, amd.collateral(), { now, roots: amd.roots, signatures })
 */
export function testAmd({ product = 'Genoa', seed = '', ...changes }: TestAmdOptions = {}): TestAmd {
  const askSerial = 0x10001
  const asvkSerial = 0x10101
  const arkName = `ARK-${product}`
  const ark = testAuthority({
    curve: 'P-384',
    subject: arkName,
    seed: `${seed}${arkName}`,
    serial: 0x10000,
    ...changes.ark,
  })
  const intermediate = (subject: string, serial: number) =>
    ark.issue({
      subject,
      seed: `${seed}${subject}`,
      serial,
      isCa: true,
      pathLength: 0,
      keyUsage: 1 << 5,
      ...changes.ask,
    })
  const ask = intermediate(`SEV-${product}`, askSerial)
  const asvk = intermediate(`SEV-VLEK-${product}`, asvkSerial)
  return {
    ark,
    ask,
    asvk,
    askSerial,
    asvkSerial,
    roots: { ...NO_ROOTS, amd: { ...NO_ROOTS.amd, [product]: [ark.pin] } },
    collateral: ({ certifies = 'VCEK', ...options } = {}) => ({
      ask: (certifies === 'VCEK' ? ask : asvk).certificate,
      ark: ark.certificate,
      crl: 'crl' in options && options.crl === undefined ? undefined : ark.crl(options.crl),
    }),
    machine: (options = {}) => testMachine(product, { ask, asvk }, options, seed),
  }
}

function testMachine(
  product: SnpProduct,
  { ask, asvk }: Pick<TestAmd, 'ask' | 'asvk'>,
  options: TestMachineOptions,
  seed: string,
): TestMachine {
  const { name = 'machine', signingKey = 'VCEK', isUnderWrongAuthority = false } = options
  const isTurin = product === 'Turin'
  const tcb = options.tcb ?? { ...(isTurin ? { fmc: 1 } : {}), bootLoader: 10, tee: 1, snp: 23, microcode: 84 }
  const hardwareId = sha512(utf8Encode(`chip ${name}`)).slice(0, isTurin ? 8 : 64)
  const chipId = concatBytes(hardwareId, new Uint8Array(64 - hardwareId.length))
  const extensions: Readonly<Record<string, Uint8Array | undefined>> = {
    1: derInteger(0),
    2: ia5(`${product}-B0`),
    '3.1': derInteger(tcb.bootLoader),
    '3.2': derInteger(tcb.tee),
    '3.3': derInteger(tcb.snp),
    '3.5': derInteger(0),
    '3.8': derInteger(tcb.microcode),
    ...(isTurin ? { '3.9': derInteger(tcb.fmc ?? 0) } : {}),
    ...(signingKey === 'VCEK' ? { 4: hardwareId } : { 5: ia5('CN=provider.example') }),
    ...options.extensions,
  }
  const authority = (signingKey === 'VCEK') === !isUnderWrongAuthority ? ask : asvk
  const vek = authority.issue({
    subject: `SEV-${signingKey}`,
    seed: `${seed}${signingKey === 'VCEK' ? name : 'provider'}`,
    curve: 'P-384',
    serial: 0,
    ...options.issue,
    extensions: Object.entries(extensions).flatMap(([arc, content]): TestExtension[] =>
      content === undefined ? [] : [{ oid: `${AMD}.${arc}`, content }],
    ),
  })
  const known: TestReport = { chipId, reportedTcb: tcb, signingKey: signingKey === 'VCEK' ? 0 : 1 }
  return {
    vek: vek.certificate,
    chipId,
    tcb,
    report: (fields = {}) => signedReport(product, vek, { ...known, ...fields }),
  }
}

function ia5(text: string): Uint8Array {
  return der(0x16, utf8Encode(text))
}

function signedReport(product: SnpProduct, vek: TestAuthority, fields: TestReport): Uint8Array {
  const report = new Uint8Array(SNP_REPORT_BYTES)
  const view = new DataView(report.buffer)
  const { version = 5, cpuid = CPUIDS[product], committedBuild = { major: 1, minor: 55, build: 40 } } = fields
  view.setUint32(0x00, version, true)
  view.setUint32(0x04, fields.guestSvn ?? 0, true)
  view.setBigUint64(0x08, fields.policy ?? 0x3_0000n, true)
  view.setUint32(0x30, fields.vmpl ?? 0, true)
  view.setUint32(0x34, fields.algorithm ?? 1, true)
  view.setBigUint64(0x40, fields.platformInfo ?? 0x24n, true)
  view.setUint32(0x48, (fields.signingKey ?? 0) << 2, true)
  report.set(fields.reportData ?? new Uint8Array(64), 0x50)
  report.set(fields.measurement ?? new Uint8Array(48).fill(0x4d), 0x90)
  report.set(fields.hostData ?? new Uint8Array(32), 0xc0)
  report.set(fields.chipId ?? new Uint8Array(64), 0x1a0)
  const tcb = fields.reportedTcb as TestTcb
  const bytesOf = (of: TestTcb | undefined) => tcbBytes(product, of ?? tcb)
  report.set(bytesOf(fields.currentTcb), 0x38)
  report.set(bytesOf(tcb), 0x180)
  report.set(bytesOf(fields.committedTcb), 0x1e0)
  report.set(bytesOf(fields.launchTcb), 0x1f0)
  if (version >= 3) report.set([cpuid.family, cpuid.model, cpuid.stepping], 0x188)
  report.set([committedBuild.build, committedBuild.minor, committedBuild.major], 0x1e8)
  report.set([committedBuild.build, committedBuild.minor, committedBuild.major], 0x1ec)
  if (version >= 5) {
    view.setBigUint64(0x1f8, fields.launchMitigations ?? 0n, true)
    view.setBigUint64(0x200, fields.currentMitigations ?? 0n, true)
  }
  for (const [at, byte] of Object.entries(fields.bytes ?? {})) report[Number(at)] = byte
  const signature = vek.sign(report.subarray(0, 0x2a0))
  const half = signature.length / 2
  report.set(signature.slice(0, half).reverse(), 0x2a0)
  report.set(signature.slice(half).reverse(), 0x2e8)
  return report
}

function tcbBytes(product: SnpProduct, { fmc = 0, bootLoader, tee, snp, microcode }: TestTcb): number[] {
  return product === 'Turin'
    ? [fmc, bootLoader, tee, snp, 0, 0, 0, microcode]
    : [bootLoader, tee, 0, 0, 0, 0, snp, microcode]
}

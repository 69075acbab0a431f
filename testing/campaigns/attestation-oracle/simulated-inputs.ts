/**
 * Evidence of a vendor of our own, which signs whatever is asked for: levels, modules, quoting enclaves, lists and dates
 * that no real collateral has. It reaches the rules behind the signatures.
 */
import {
  type CollateralOptions,
  SVN_LEVELS,
  type TestEnclave,
  type TestPlatform,
  type TestTd,
  tcbLevel,
  testIntel,
} from '@pha/core/attestation/testing'
import type { Random } from '../scale/random.ts'
import type { DcapInput } from './dcap-input.ts'

const intel = testIntel('Oracle')
const root = { certificate: intel.root.certificate, pin: intel.pin }
const BASE = [9, 9, 2, 2, 4, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0]
const STATUSES = [
  'UpToDate',
  'SWHardeningNeeded',
  'ConfigurationNeeded',
  'ConfigurationAndSWHardeningNeeded',
  'OutOfDate',
  'OutOfDateConfigurationNeeded',
  'Revoked',
]
const PART_STATUSES = ['UpToDate', 'OutOfDate', 'Revoked']
const DATES = ['2025-08-13', '2025-05-14', '2024-11-13', '2024-03-13', '2023-08-09', '2018-01-04'].map(
  (date) => `${date}T00:00:00Z`,
)
/** 2025-10-09. */
const NOW = 1_760_000_000

/** Certificates cost more than the rest, so platforms are made once. */
const platforms: readonly {
  readonly platform: TestPlatform
  readonly ca: 'Platform' | 'Processor'
  readonly serial: number
}[] = Array.from({ length: 24 }, (_, i) => {
  const ca = i % 6 === 0 ? 'Processor' : 'Platform'
  const components = BASE.map((svn, k) => Math.max(0, svn - ((i >> (k % 4)) & 1)))
  const serial = 1000 + i
  return { ca, serial, platform: intel.platform({ name: `${i}`, serial, ca, components, pceSvn: 11 + (i % 4) }) }
})

export function simulatedInput(random: Random): DcapInput {
  const tee = random.oneIn(3) ? 'Sgx' : 'Tdx'
  const { platform, ca, serial } = random.pick(platforms)
  const collateral = intel.collateral(tee, collateralOptions(tee, random, ca, serial))
  const quote = tee === 'Sgx' ? platform.sgxQuote(enclave(random)) : platform.tdxQuote(td(random))
  return { tee, quote, collateral, now: NOW, root, change: 'simulated' }
}

/** True once in a while: most of an input stays as genuine evidence has it. */
const rarely = (random: Random) => random.oneIn(12)

function collateralOptions(
  tee: DcapInput['tee'],
  random: Random,
  ca: 'Platform' | 'Processor',
  serial: number,
): CollateralOptions {
  const near = (value: number) => Math.max(0, value + random.pick([0, 0, 0, -1, -1, 1]))
  const tcbLevels = Array.from({ length: 1 + random.below(5) }, (_, i) =>
    tcbLevel(tee, {
      components: BASE.map((svn) => (random.oneIn(4) ? near(svn) : Math.max(0, svn - 1))),
      tdxComponents: [
        random.below(9),
        random.pick([0, 0, 1]),
        ...BASE.slice(2).map((_, k) => (k === 0 ? random.below(4) : 0)),
      ],
      pceSvn: 14 - random.below(5),
      tcbDate: DATES[i] as string,
      tcbStatus: rarely(random) ? 'Unheard' : random.pick(STATUSES),
      ...(random.oneIn(2) ? {} : { advisoryIDs: [`INTEL-SA-0000${random.below(10)}`] }),
    }),
  )
  const module = { mrsigner: '00'.repeat(48), attributes: '00'.repeat(8), attributesMask: 'FF'.repeat(8) }
  const tdxModuleIdentities = [1, 3]
    .filter(() => !rarely(random))
    .map((version) => ({ id: `TDX_0${version}`, ...module, tcbLevels: svnLevels(random) }))
  return {
    ca: rarely(random) ? 'Processor' : ca,
    revokedPcks: rarely(random) ? [serial] : [4001, 4002],
    revokedByRoot: rarely(random) ? [random.pick([intel.serials.Platform, intel.serials.tcbSigner])] : [],
    ...(rarely(random) ? { nextUpdate: NOW + random.pick([-1, 0, 1]) } : {}),
    ...(rarely(random) ? { issuedAt: NOW + random.pick([-1, 0, 1]) } : {}),
    tcbInfo: {
      tcbLevels,
      ...(tee === 'Tdx' ? { tdxModuleIdentities } : {}),
      ...(rarely(random) ? { pceId: '0001' } : {}),
      ...(rarely(random) ? { fmspc: '00A0B1C2D3FF' } : {}),
      ...(rarely(random) ? { version: random.pick([1, 2, 4]) } : {}),
      ...(rarely(random) ? { id: random.pick(['SGX', 'TDX', 'QE']) } : {}),
    },
    qeIdentity: {
      tcbLevels: svnLevels(random),
      ...(rarely(random) ? { version: random.pick([1, 3]) } : {}),
      ...(rarely(random) ? { id: random.pick(['QE', 'TD_QE', 'QVE']) } : {}),
      ...(rarely(random) ? { isvprodid: 2 } : {}),
    },
  }
}

function svnLevels(random: Random): readonly object[] {
  return SVN_LEVELS.map((level) => ({
    ...level,
    tcbStatus: rarely(random) ? random.pick(STATUSES) : random.pick(PART_STATUSES),
  }))
}

function enclave(random: Random): TestEnclave {
  return {
    ...certified(random),
    ...(rarely(random) ? { attributes: Buffer.from('0700000000000000e700000000000000', 'hex') } : {}),
    reportData: random.bytes(64),
  }
}

function td(random: Random): TestTd {
  const attributes = random.pick([
    '0000001000000000',
    '0100001000000000',
    '0000000000000000',
    '0000001000000080',
    '0000003000000000',
  ])
  return {
    ...certified(random),
    ...(random.oneIn(2) ? {} : { version: 5 as const, bodyType: random.pick([2, 3] as const) }),
    teeTcbSvn: Uint8Array.from([
      random.below(10),
      random.pick([0, 1, 1, 1, 3]),
      random.below(5),
      ...new Uint8Array(13),
    ]),
    ...(rarely(random) ? { tdAttributes: Buffer.from(attributes, 'hex') } : {}),
    ...(rarely(random) ? { mrSignerSeam: Uint8Array.of(1) } : {}),
    ...(rarely(random) ? { seamAttributes: Uint8Array.of(1) } : {}),
    ...(rarely(random) ? { mrServiceTd: Uint8Array.of(1) } : {}),
    reportData: random.bytes(64),
  }
}

function certified(random: Random): Pick<TestEnclave, 'qe'> {
  return {
    qe: {
      isvSvn: 3 + random.below(6),
      ...(rarely(random) ? { attributes: Buffer.from('1700000000000000e700000000000000', 'hex') } : {}),
      ...(rarely(random) ? { miscSelect: Uint8Array.of(1, 0, 0, 0) } : {}),
      ...(rarely(random) ? { mrSigner: new Uint8Array(32) } : {}),
    },
  }
}

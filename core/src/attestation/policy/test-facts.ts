/** Facts of made-up machines that a generous policy accepts, for tests that change one thing at a time. */
import type { CcaFacts, NitroFacts, PsaFacts, SgxFacts, SimulatedFacts, SnpFacts, TdxFacts } from '../facts.ts'
import type { JudgeContext } from './judgement.ts'
import { strictPolicy } from './presets.ts'
import type { AttestationPolicy, DcapRules, SnpFloor } from './schema.ts'

export const DAY = 86_400
export const NOW = 1_750_000_000

export const context: JudgeContext = { now: NOW, block: 10_000, madeAt: 9_990, evaluationFloor: 17 }

const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte)

const common = { measurement: filled(32, 1), reportData: filled(64, 2), debug: false, platform: filled(32, 3) } as const

const dcap = {
  ...common,
  tcbStatus: 'UpToDate',
  platformTcbStatus: 'UpToDate',
  qeTcbStatus: 'UpToDate',
  advisoryIds: [],
  tcbDate: NOW - 100 * DAY,
  evaluationNumber: 17,
  collateralIssuedAt: NOW - DAY,
  collateralExpiresAt: NOW + 29 * DAY,
  recoveredAt: undefined,
  fmspc: filled(6, 4),
  ppid: filled(16, 5),
  pceSvn: 13,
  cpuSvn: filled(16, 6),
  trailingBytes: 0,
  certificates: [],
} as const

export const sgxFacts: SgxFacts = {
  ...dcap,
  tee: 'Sgx',
  quoteVersion: 3,
  measurements: {
    mrEnclave: common.measurement,
    mrSigner: filled(32, 7),
    isvProdId: 0,
    isvSvn: 0,
    attributes: filled(16, 0),
    reportData: common.reportData,
  },
}

export const tdxFacts: TdxFacts = {
  ...dcap,
  tee: 'Tdx',
  quoteVersion: 5,
  tdxModuleStatus: 'UpToDate',
  measurements: {
    mrTd: filled(48, 8),
    rtmr0: filled(48, 9),
    rtmr1: filled(48, 9),
    rtmr2: filled(48, 9),
    rtmr3: filled(48, 9),
    mrConfigId: filled(48, 0),
    mrOwner: filled(48, 0),
    mrOwnerConfig: filled(48, 0),
    mrSeam: filled(48, 10),
    mrSignerSeam: filled(48, 0),
    seamAttributes: filled(8, 0),
    tdAttributes: Uint8Array.of(0, 0, 0, 0x10, 0, 0, 0, 0),
    xfam: Uint8Array.of(0xe7, 0x02, 0x06, 0, 0, 0, 0, 0),
    teeTcbSvn: filled(16, 1),
    teeTcbSvn2: filled(16, 1),
    mrServiceTd: filled(48, 0),
    reportData: common.reportData,
  },
}

const firmware = { fmc: undefined, bootLoader: 10, tee: 0, snp: 23, microcode: 84 } as const

export const snpFacts: SnpFacts = {
  ...common,
  tee: 'SevSnp',
  reportVersion: 3,
  product: 'Genoa',
  signingKey: 'VCEK',
  vmpl: 0,
  policy: 0x3_0000n,
  platformInfo: 0x24n,
  isChipIdMasked: false,
  currentTcb: firmware,
  reportedTcb: firmware,
  committedTcb: firmware,
  launchTcb: firmware,
  currentBuild: { major: 1, minor: 55, build: 40 },
  committedBuild: { major: 1, minor: 55, build: 40 },
  launchMitigations: undefined,
  currentMitigations: undefined,
  measurements: {
    measurement: filled(48, 11),
    hostData: filled(32, 0),
    reportData: common.reportData,
    idKeyDigest: filled(48, 0),
    authorKeyDigest: filled(48, 0),
    reportId: filled(32, 12),
    familyId: filled(16, 0),
    imageId: filled(16, 0),
    guestSvn: 0,
    chipId: filled(64, 13),
    reportedTcb: filled(8, 0),
  },
  cpuid: { family: 0x19, model: 0x11, stepping: 1 },
  crl: { thisUpdate: NOW - DAY, nextUpdate: NOW + 40 * DAY },
  certificates: [],
}

export const ccaFacts: CcaFacts = {
  ...common,
  tee: 'Cca',
  platformProfile: 'tag:arm.com,2023:cca_platform#1.0.0',
  realmProfile: 'tag:arm.com,2023:realm#1.0.0',
  lifecycle: 0x3003,
  algorithms: [-35, -35],
  softwareComponents: [],
  verificationService: undefined,
  measurements: {
    implementationId: filled(32, 14),
    instanceId: filled(33, 15),
    realmInitialMeasurement: filled(32, 16),
    realmExtensibleMeasurements: [],
    realmPersonalizationValue: filled(64, 0),
    realmChallenge: common.reportData,
  },
}

export const psaFacts: PsaFacts = {
  ...common,
  tee: 'Psa',
  profile: 'http://arm.com/psa/2.0.0',
  lifecycle: 0x3000,
  measurements: {
    implementationId: filled(32, 14),
    instanceId: filled(33, 15),
    nonce: filled(32, 17),
    softwareComponents: [],
  },
}

export const nitroFacts: NitroFacts = {
  ...common,
  tee: 'Nitro',
  moduleId: 'i-0-enc0',
  digest: 'SHA384',
  timestampMs: (NOW - 60) * 1000,
  measurements: { pcrs: new Map(), userData: undefined, nonce: undefined, publicKey: undefined },
  leafNotAfter: NOW + 3600,
  certificates: [],
}

export const simulatedFacts: SimulatedFacts = { ...common, tee: 'Simulated' }

export const genoaFloor: SnpFloor = {
  product: { type: 'Genoa' },
  ...firmware,
  fmc: 0,
  major: 1,
  minor: 55,
  build: 40,
  level: 1,
}

const dcapRules: DcapRules = {
  ...(strictPolicy.sgx as DcapRules),
  statuses: [
    { type: 'UpToDate' },
    { type: 'SWHardeningNeeded' },
    { type: 'ConfigurationNeeded' },
    { type: 'ConfigurationAndSWHardeningNeeded' },
  ],
  advisories: [
    { id: 'INTEL-SA-00615', level: 2 },
    { id: 'INTEL-SA-00289', level: 4 },
  ],
  minimumEvaluationNumber: 15,
}

/** Accepts one machine of each kind. */
export const generousPolicy: AttestationPolicy = {
  ...strictPolicy,
  simulated: { roots: [filled(32, 18)], level: 5 },
  sgx: dcapRules,
  tdx: { ...(strictPolicy.tdx as NonNullable<AttestationPolicy['tdx']>), dcap: dcapRules },
  snp: {
    ...(strictPolicy.snp as NonNullable<AttestationPolicy['snp']>),
    floors: [genoaFloor],
    requiredPlatformInfo: 0x20n,
  },
  cca: { level: 2 },
  psa: { level: 3 },
  nitro: { level: 2, maxDocumentSeconds: 300 },
}

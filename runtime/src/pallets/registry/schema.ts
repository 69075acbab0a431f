/** Registry: which enclaves are believed, and why. What the chain stores and says; no logic. */
import { AttestationPolicy, PolicyDiff, Standing, strictPolicy } from '@pha/core/attestation/schema'
import { agreementKey, EnclaveKind, Evidence, limits, Registration, Tee } from '@pha/core/protocol'
import { type Infer, t } from '@pha/core/schema'
import { call, constant, doubleMap, map, pallet, value } from '../../frame/declare.ts'
import { WEIGHTS } from '../weights.ts'
import {
  AnchorKey,
  Collateral,
  CollateralVersion,
  HeldCollateral,
  HeldRootList,
  PlatformFamily,
  RootList,
  TestRoots,
} from './collateral-schema.ts'

const MAX_MEASUREMENTS = 64
/** 7 days at 3 s. */
const NOTICE_BLOCKS = 201_600

export const Measurement = t.struct(
  'Measurement',
  {
    kind: EnclaveKind,
    tee: Tee,
    build: t.boundedText(128),
    activeFrom: t.u32,
    retiredFrom: t.option(t.u32),
  },
  'An allowed enclave build, and where it can be had: blocks from activeFrom on, until retiredFrom.',
)
export type Measurement = Infer<typeof Measurement>

const reason = t.boundedText(64)
/** What an Arm platform calls itself: 33 bytes (RFC 9783, section 4.2.1). */
const instance = t.boundedBytes(64)

export const WorkerStatus = t.enum(
  'WorkerStatus',
  {
    Active: null,
    /** Lifted by evidence that is dated by block `since` or a later one. */
    Suspended: { since: t.u32 },
    /** Lifted when policy and collateral accept it again, or by better evidence. */
    Refused: { since: t.u32, reason },
  },
  'Suspended: it signed something else than the majority. Refused: policy and collateral of now do not accept its platform.',
)
export type WorkerStatus = Infer<typeof WorkerStatus>

export const Worker = t.struct(
  'Worker',
  {
    kind: EnclaveKind,
    tee: Tee,
    operator: t.accountId,
    agreement: agreementKey,
    measurement: t.bytes32,
    platform: t.bytes32,
    level: t.u8,
    status: WorkerStatus,
    registeredAt: t.u32,
    expiresAt: t.u32,
    endpoint: t.boundedText(limits.endpoint),
  },
  'A registered enclave: what it signs is believed to come from the measured program until block expiresAt. Level 1 is the best.',
)
export type Worker = Infer<typeof Worker>

export const JudgedStanding = t.struct(
  'JudgedStanding',
  { standing: Standing, because: reason },
  'What is left of the evidence of an enclave, enough to judge it again, and what its level comes from.',
)
export type JudgedStanding = Infer<typeof JudgedStanding>

export const Sweep = t.struct(
  'Sweep',
  { family: t.option(PlatformFamily), after: t.option(t.bytes32) },
  'Workers that are judged again, block by block: of one family or all; the last one that was.',
)
export type Sweep = Infer<typeof Sweep>

const levelChange = { identity: t.bytes32, from: t.u8, to: t.u8, reason }

/** What a chain begins with that believes nobody yet. */
export const strictRegistry = {
  policy: strictPolicy,
  measurements: [],
  testRoots: undefined,
  noticeBlocks: NOTICE_BLOCKS,
} as const

export const registry = pallet({
  name: 'Registry',
  index: 10,
  storageVersion: 2,
  docs: 'Attested workers and gatekeepers, the policy they are admitted under, and the collateral of vendors.',
  genesis: {
    policy: AttestationPolicy,
    measurements: t.boundedVec(
      t.struct('AllowedMeasurement', { measurement: t.bytes32, allowed: Measurement }),
      MAX_MEASUREMENTS,
    ),
    testRoots: t.option(TestRoots),
    noticeBlocks: t.u32,
  },
  constants: {
    maxMeasurements: constant(
      t.u32,
      MAX_MEASUREMENTS,
      'Enough for every supported build of every TEE; bounds iteration.',
    ),
    maxWorkers: constant(t.u32, 2_000, 'A deployment looks at each worker once, and has to fit into a block.'),
    maxFamilies: constant(t.u32, 256, 'Collateral that is kept: Intel sells about 40 families, each with SGX or TDX.'),
    judgedAtOnce: constant(
      t.u32,
      128,
      'Workers that are judged again in one block: a twelfth of it, if the level of each changes.',
    ),
  },
  storage: {
    attestationPolicy: value(AttestationPolicy, 'The attestation policy in force.', strictPolicy),
    noticeBlocks: value(
      t.u32,
      'Blocks between the listing of an enclave build and its activation; set at genesis for ever.',
      NOTICE_BLOCKS,
    ),
    testRoots: value(
      TestRoots,
      "Keys that are believed as if they were vendors' roots. Of development chains only, set at genesis for ever.",
    ),
    measurements: map('Blake2_128Concat', t.bytes32, Measurement, 'Allowed enclave builds by measurement.'),
    workers: map('Blake2_128Concat', t.bytes32, Worker, 'Registered enclaves by identity key.'),
    workerCount: value(t.u32, 'Number of entries in Workers.', 0),
    standings: map('Blake2_128Concat', t.bytes32, JudgedStanding, 'What is left of the evidence of each enclave.'),
    families: doubleMap(
      'Blake2_128Concat',
      PlatformFamily,
      'Blake2_128Concat',
      t.bytes32,
      t.unit,
      'The enclaves of each family of platforms.',
    ),
    collateral: map('Blake2_128Concat', PlatformFamily, HeldCollateral, 'Verified collateral by family.'),
    collateralCount: value(t.u32, 'Number of entries in Collateral.', 0),
    floors: map('Blake2_128Concat', PlatformFamily, CollateralVersion, 'The newest collateral that was ever seen.'),
    rootLists: map(
      'Blake2_128Concat',
      t.bytes32,
      HeldRootList,
      "The newest list of revoked authorities that was brought by itself, by the SHA-256 of the root's SubjectPublicKeyInfo.",
    ),
    anchorKeys: map(
      'Blake2_128Concat',
      instance,
      AnchorKey,
      'The key of each Arm platform that governance believes. As many as it likes: none is tried but that of the platform a token names.',
    ),
    dues: map(
      'Blake2_128Concat',
      PlatformFamily,
      t.u64,
      'The last second until which the judgements of a family hold by themselves.',
    ),
    nextDue: value(t.u64, 'The smallest of Dues.', 0xffff_ffff_ffff_ffffn),
    sweeps: value(t.vec(Sweep), 'Who is being judged again; empty most of the time.', []),
    lowered: value(t.vec(t.bytes32), 'Enclaves that lost standing and whose contracts were not told yet.', []),
    gatekeepers: doubleMap(
      'Blake2_128Concat',
      t.accountId,
      'Blake2_128Concat',
      t.bytes32,
      t.unit,
      'The registered gatekeepers of each operator.',
    ),
    nextRetirement: value(t.u32, 'The next block from which a build is not allowed any more.', 0xffff_ffff),
  },
  calls: {
    register: call(
      0,
      { registration: Registration, evidence: Evidence, endpoint: t.boundedText(limits.endpoint) },
      'Register or renew an enclave. The sender must be the operator that the evidence names.',
      { weight: WEIGHTS.Registry.register },
    ),
    setEndpoint: call(
      1,
      { identity: t.bytes32, endpoint: t.boundedText(limits.endpoint) },
      "Change the address at which a worker's host serves sessions.",
      { weight: WEIGHTS.Registry.setEndpoint },
    ),
    deregister: call(2, { identity: t.bytes32 }, 'Remove an enclave; its operator only.', {
      weight: WEIGHTS.Registry.deregister,
    }),
    updateCollateral: call(
      3,
      { collateral: Collateral },
      'Bring newer collateral of a vendor, by anyone. The enclaves that it concerns are judged again at once.',
      { weight: WEIGHTS.Registry.updateCollateral },
    ),
    setPolicy: call(4, { policy: AttestationPolicy }, 'Change the attestation policy; all enclaves are judged again.', {
      origin: 'root',
      weight: WEIGHTS.Registry.setPolicy,
    }),
    setMeasurement: call(
      5,
      { measurement: t.bytes32, allowed: Measurement },
      'Allow an enclave build, after the notice period.',
      { origin: 'root', weight: WEIGHTS.Registry.setMeasurement },
    ),
    retireMeasurement: call(
      6,
      { measurement: t.bytes32, retiredFrom: t.u32 },
      'Stop believing an enclave build from a block on, the next one at the earliest. It can be moved forward only.',
      { origin: 'root', weight: WEIGHTS.Registry.retireMeasurement },
    ),
    setAnchorKey: call(
      7,
      { instance, key: t.option(AnchorKey) },
      'Say by which key an Arm platform is believed, or that it is not any more.',
      { origin: 'root', weight: WEIGHTS.Registry.setAnchorKey },
    ),
    updateRevocations: call(
      8,
      { list: RootList },
      "Bring a vendor's newer list of revoked authorities, by anyone. It counts for all collateral under that root, and all enclaves are judged again.",
      { weight: WEIGHTS.Registry.updateRevocations },
    ),
  },
  events: {
    WorkerRegistered: [
      { identity: t.bytes32, operator: t.accountId, kind: EnclaveKind, tee: Tee, measurement: t.bytes32, level: t.u8 },
      'An enclave was registered or renewed.',
    ],
    EndpointChanged: [{ identity: t.bytes32 }, 'The endpoint of a worker changed.'],
    WorkerDeregistered: [{ identity: t.bytes32 }, 'An enclave was removed by its operator.'],
    WorkerSuspended: [
      { identity: t.bytes32 },
      'A worker signed something else than the majority; it must register anew.',
    ],
    CollateralUpdated: [
      { family: PlatformFamily, from: t.option(CollateralVersion), to: CollateralVersion, expiresAt: t.u64 },
      'Newer collateral of a vendor is held; expiresAt in seconds. A family that a newer list of the root closed stays closed: see RootLists.',
    ],
    WorkerDowngraded: [levelChange, 'An enclave is believed less than before: to is a worse level than from.'],
    WorkerUpgraded: [levelChange, 'An enclave is believed more than before.'],
    WorkerRefused: [
      { identity: t.bytes32, reason },
      'Policy and collateral do not accept the platform of an enclave any more.',
    ],
    WorkerRestored: [{ identity: t.bytes32, level: t.u8 }, 'An enclave that was refused is accepted again.'],
    PolicyChanged: [{ changes: PolicyDiff }, 'The attestation policy changed: what was, and what is.'],
    MeasurementSet: [{ measurement: t.bytes32, allowed: Measurement }, 'An enclave build was allowed.'],
    MeasurementRetired: [{ measurement: t.bytes32, retiredFrom: t.u32 }, 'An enclave build will be believed no more.'],
    AnchorKeySet: [{ instance, key: t.option(AnchorKey) }, 'The key of an Arm platform was set, or removed.'],
    RevocationsUpdated: [
      { rootKey: t.bytes32, from: t.option(t.u64), to: t.u64 },
      'A newer list of revoked authorities is held: when it was issued, and the one before, in seconds.',
    ],
  },
  errors: {
    EvidenceRefused: 'the evidence does not verify',
    ReportDataMismatch: 'the evidence was made for other keys, another operator, block or chain',
    MeasurementUnknown: 'this enclave build is not allowed',
    MeasurementInactive: 'this enclave build is not active yet, or retired',
    TeeNotAccepted: 'the policy does not accept this TEE',
    DebugEnclave: 'debug enclaves can be read by their host',
    EvidenceTooOld: 'the block that dates the evidence is unknown or too old',
    OperatorMismatch: 'the sender is not the operator',
    WorkerUnknown: 'no enclave is registered under this identity',
    RegistryFull: 'no more enclaves can be registered',
    StillSuspended: 'a suspended enclave stays until evidence from before its suspension is too old to be used again',
    PolicyRefused: 'the policy does not accept the state of this platform',
    CollateralMissing: 'no collateral for platforms of this family is held: bring it with updateCollateral',
    CollateralRefused: 'the collateral does not verify',
    CollateralNotNewer: 'collateral as new as this is held already',
    CollateralGoesBack: 'a part of the collateral is older than one that was held before',
    CollateralFull: 'no more collateral can be held',
    SimulatedRootAdded: 'simulated roots are for development chains: they are set at genesis, and can only be removed',
    PolicyInvalid: 'a number of the policy is out of its range',
    NoticeTooShort: 'a build is activated after the notice period at the earliest',
    MeasurementExists: 'this measurement is listed already',
    MeasurementListFull: 'no more builds can be listed',
    RetirementNotForward: 'a retirement begins with the next block at the earliest, and moves forward only',
  },
})

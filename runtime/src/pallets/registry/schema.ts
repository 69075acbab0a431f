/** Registry: which enclaves are believed, and why. What the chain stores and says; no logic. */
import { agreementKey, EnclaveKind, Evidence, limits, Registration, Tee } from '@pha/core/protocol'
import { type Infer, t } from '@pha/core/schema'
import { call, constant, map, pallet, value } from '../../frame/declare.ts'
import { WEIGHTS } from '../weights.ts'

const MAX_MEASUREMENTS = 64

export const Measurement = t.struct(
  'Measurement',
  {
    kind: EnclaveKind,
    tee: Tee,
    build: t.boundedText(128),
    activeFrom: t.u32,
    retiredFrom: t.option(t.u32),
  },
  'An allowed enclave build: blocks from activeFrom on, until retiredFrom.',
)
export type Measurement = Infer<typeof Measurement>

export const AttestationPolicy = t.struct(
  'AttestationPolicy',
  {
    simulatedRoot: t.option(t.bytes32),
    maxEvidenceBlocks: t.u32,
    validityBlocks: t.u32,
  },
  'What evidence is accepted. Without a simulated root, simulated evidence is refused: the production setting.',
)
export type AttestationPolicy = Infer<typeof AttestationPolicy>

/** `since`: evidence that is dated by an earlier block does not lift the suspension. */
export const WorkerStatus = t.enum('WorkerStatus', { Active: null, Suspended: { since: t.u32 } })

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
  'A registered enclave: what it signs is believed to come from the measured program until block expiresAt.',
)
export type Worker = Infer<typeof Worker>

export const registry = pallet({
  name: 'Registry',
  index: 10,
  docs: 'Attested workers and gatekeepers, and the policy they are admitted under.',
  genesis: {
    policy: AttestationPolicy,
    measurements: t.boundedVec(
      t.struct('AllowedMeasurement', { measurement: t.bytes32, allowed: Measurement }),
      MAX_MEASUREMENTS,
    ),
  },
  constants: {
    maxMeasurements: constant(
      t.u32,
      MAX_MEASUREMENTS,
      'Enough for every supported build of every TEE; bounds iteration.',
    ),
    maxWorkers: constant(t.u32, 2_000, 'A deployment looks at each worker once, and has to fit into a block.'),
  },
  storage: {
    policy: value(AttestationPolicy, 'The attestation policy in force.', {
      simulatedRoot: undefined,
      maxEvidenceBlocks: 2_400,
      validityBlocks: 28_800,
    }),
    measurements: map('Blake2_128Concat', t.bytes32, Measurement, 'Allowed enclave builds by measurement.'),
    workers: map('Blake2_128Concat', t.bytes32, Worker, 'Registered enclaves by identity key.'),
    workerCount: value(t.u32, 'Number of entries in Workers.', 0),
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
  },
})

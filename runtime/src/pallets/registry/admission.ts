/** Whether an enclave is let in: evidence gives facts, the policy on chain decides. Facts alone admit nobody. */
import {
  type AttestationPolicy,
  type EvidenceFailure,
  type Facts,
  judgeFacts,
  type PolicyRefusal,
  type Standing,
} from '@pha/core/attestation'
import { equalBytes } from '@pha/core/codec'
import { type Evidence, type Registration, reportData } from '@pha/core/protocol'
import type { Verified } from './evidence.ts'
import type { Measurement } from './schema.ts'

/** What the chain knows when it judges. */
export interface AdmissionRules {
  readonly genesis: Uint8Array
  readonly block: number
  /** Seconds since 1970. */
  readonly now: number
  readonly policy: AttestationPolicy
  verify(evidence: Evidence): Verified
  measurement(measurement: Uint8Array): Measurement | undefined
  /** Number of the block with this hash, looked for back to block `oldest`. */
  blockNumberOf(hash: Uint8Array, oldest: number): number | undefined
  /** The highest evaluation number that was seen for the platforms of this standing. */
  evaluationFloor(standing: Standing): number
}

export type Refusal =
  | 'TeeNotAccepted'
  | 'EvidenceRefused'
  | 'CollateralMissing'
  | 'DebugEnclave'
  | 'MeasurementUnknown'
  | 'MeasurementInactive'
  | 'ReportDataMismatch'
  | 'EvidenceTooOld'
  | 'PolicyRefused'

export interface Admitted {
  readonly ok: true
  readonly facts: Facts
  readonly standing: Standing
  readonly kind: Measurement['kind']
  readonly level: number
  readonly because: string
  /** The block that dates the evidence. */
  readonly madeAt: number
  /** The last second at which this holds by itself. */
  readonly until: number | undefined
}

export interface NotAdmitted {
  readonly ok: false
  /** The error that `register` fails with. */
  readonly reason: Refusal
  /** The check or rule behind it, where the error does not say all. */
  readonly rule?: EvidenceFailure | PolicyRefusal
  /** What exactly is missing or too low, for people. */
  readonly detail?: string
}

export type Admission = Admitted | NotAdmitted

/**
 * Judges evidence for a registration. Never throws on hostile input.
 *
 * The report data is what ties evidence to these keys, this operator, this block and this chain: all 64 bytes are
 * compared. The search for the block comes last, so only evidence that is genuine in all else costs its reads.
 *
 * @example
 * const admission = judge(evidence, registration, rules)
 * if (!admission.ok) throw errors[admission.reason](admission.rule)
 */
export function judge(evidence: Evidence, registration: Registration, rules: AdmissionRules): Admission {
  const { policy, block, now } = rules
  if (!isRuled(policy, evidence.type)) return { ok: false, reason: 'TeeNotAccepted' }
  const verified = rules.verify(evidence)
  if (!verified.ok) {
    if (verified.reason === 'collateral-missing') return { ok: false, reason: 'CollateralMissing' }
    return { ok: false, reason: 'EvidenceRefused', rule: verified.reason }
  }
  const { facts, standing } = verified
  if (facts.debug) return { ok: false, reason: 'DebugEnclave' }

  const measurement = rules.measurement(facts.measurement)
  if (measurement === undefined || measurement.tee.type !== facts.tee) {
    return { ok: false, reason: 'MeasurementUnknown' }
  }
  if (!isInForce(measurement, block)) return { ok: false, reason: 'MeasurementInactive' }
  if (!equalBytes(facts.reportData, reportData(rules.genesis, registration))) {
    return { ok: false, reason: 'ReportDataMismatch' }
  }
  const madeAt = rules.blockNumberOf(registration.blockHash, Math.max(0, block - policy.maxEvidenceBlocks))
  if (madeAt === undefined) return { ok: false, reason: 'EvidenceTooOld' }
  const evaluationFloor = rules.evaluationFloor(standing)
  const judgement = judgeFacts(facts, policy, { now, block, madeAt, evaluationFloor })
  if (!judgement.ok) {
    const { reason: rule, ...rest } = judgement
    return { ...rest, reason: REFUSALS[rule] ?? 'PolicyRefused', rule }
  }
  const { level, because, until } = judgement
  return { ok: true, facts, standing, kind: measurement.kind, level, because, madeAt, until }
}

/** Refusals of the policy that have an error of their own. */
const REFUSALS: { readonly [R in PolicyRefusal]?: Refusal } = {
  'tee-not-accepted': 'TeeNotAccepted',
  'evidence-too-old': 'EvidenceTooOld',
}

function isRuled(policy: AttestationPolicy, type: Evidence['type']): boolean {
  const { simulated: Simulated, sgx: Sgx, tdx: Tdx, snp: SevSnp, cca: Cca, nitro: Nitro } = policy
  return { Simulated, Sgx, Tdx, SevSnp, Cca, Nitro }[type] !== undefined
}

/** Whether a build is allowed at a block: from `activeFrom` on, until before `retiredFrom`. */
export function isInForce({ activeFrom, retiredFrom }: Measurement, block: number): boolean {
  return activeFrom <= block && (retiredFrom === undefined || block < retiredFrom)
}

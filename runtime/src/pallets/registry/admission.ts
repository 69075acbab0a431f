/** Whether an enclave is let in: evidence gives facts, the policy on chain decides. Facts alone admit nobody. */
import { type SimulatedFacts, verifySimulated } from '@pha/core/attestation'
import { equalBytes } from '@pha/core/codec'
import { type Evidence, type Registration, reportData } from '@pha/core/protocol'
import type { AttestationPolicy, Measurement } from './schema.ts'

/** What the chain knows when it judges. */
export interface AdmissionRules {
  readonly genesis: Uint8Array
  readonly block: number
  readonly policy: AttestationPolicy
  measurement(measurement: Uint8Array): Measurement | undefined
  /** Number of the block with this hash, looked for back to block `oldest`. */
  blockNumberOf(hash: Uint8Array, oldest: number): number | undefined
}

export type Refusal =
  | 'TeeNotAccepted'
  | 'EvidenceRefused'
  | 'DebugEnclave'
  | 'MeasurementUnknown'
  | 'MeasurementInactive'
  | 'ReportDataMismatch'
  | 'EvidenceTooOld'

export type Admission =
  | {
      readonly ok: true
      readonly facts: SimulatedFacts
      readonly kind: Measurement['kind']
      readonly level: number
      /** The block that dates the evidence. */
      readonly madeAt: number
    }
  | { readonly ok: false; readonly reason: Refusal; readonly detail?: string }

/** How much simulated evidence is believed, on the scale from 1 to 5: it says nothing about hardware. */
const SIMULATED_LEVEL = 1

/**
 * Judges evidence for a registration. Never throws on hostile input.
 *
 * The report data is what ties evidence to these keys, this operator, this block and this chain: all 64 bytes are
 * compared. The search for the block comes last, so only evidence that is genuine in all else costs its reads.
 *
 * @example
 * const admission = judge(evidence, registration, rules)
 * if (!admission.ok) throw errors[admission.reason](admission.detail)
 */
export function judge(evidence: Evidence, registration: Registration, rules: AdmissionRules): Admission {
  const { policy, block } = rules
  // What real hardware says can't be judged before its vendor's collateral is on chain.
  if (evidence.type !== 'Simulated') return { ok: false, reason: 'TeeNotAccepted' }
  if (policy.simulatedRoot === undefined) return { ok: false, reason: 'TeeNotAccepted' }
  const verdict = verifySimulated(evidence.value, { root: policy.simulatedRoot })
  if (!verdict.ok) return { ok: false, reason: 'EvidenceRefused', detail: verdict.reason }
  const { facts } = verdict
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
  return { ok: true, facts, kind: measurement.kind, level: SIMULATED_LEVEL, madeAt }
}

/** Whether a build is allowed at a block: from `activeFrom` on, until before `retiredFrom`. */
export function isInForce({ activeFrom, retiredFrom }: Measurement, block: number): boolean {
  return activeFrom <= block && (retiredFrom === undefined || block < retiredFrom)
}

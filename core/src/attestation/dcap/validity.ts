/** From when until when a part of the collateral counts, and what to say outside that time. */
import { refuse } from '../refusal.ts'
import type { EvidenceFailure } from '../verdict.ts'

export interface Validity {
  /** Seconds since 1970, both inclusive. */
  readonly from: number
  readonly until: number
  readonly early: EvidenceFailure
  readonly late: EvidenceFailure
}

export function validityOf(
  from: number,
  until: number,
  early: EvidenceFailure,
  late: EvidenceFailure = early,
): Validity {
  return { from, until, early, late }
}

export function demandInForce(validities: readonly Validity[], now: number): void {
  for (const { from, until, early, late } of validities) {
    if (now < from) refuse(early)
    if (now > until) refuse(late)
  }
}

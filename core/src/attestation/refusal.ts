/** How the verifiers leave at the first check that fails; it never crosses their border. */
import type { EvidenceFailure, Verdict } from './verdict.ts'

class Refusal extends Error {
  readonly reason: EvidenceFailure

  constructor(reason: EvidenceFailure) {
    super(reason)
    this.reason = reason
  }
}

/** Ends the verification in progress with this reason. */
export function refuse(reason: EvidenceFailure): never {
  throw new Refusal(reason)
}

/** Ends the verification in progress unless `holds`. */
export function demand(holds: boolean, reason: EvidenceFailure): asserts holds {
  if (!holds) refuse(reason)
}

/**
 * Facts from `verify`, or the reason of the `refuse` that ended it.
 *
 * Anything else that is thrown came from bytes that no check foresaw: they are refused as malformed, since a verifier
 * that throws stops the block or the client that asked it.
 */
export function verdictOf<Facts>(verify: () => Facts): Verdict<Facts> {
  try {
    return { ok: true, facts: verify() }
  } catch (error) {
    return { ok: false, reason: error instanceof Refusal ? error.reason : 'malformed' }
  }
}

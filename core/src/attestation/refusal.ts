/** How the verifiers leave at the first check that fails; it never crosses their border. */
import { CodecError } from '../codec/index.ts'
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
 * Facts from `verify`, or the reason of the `refuse` that ended it; what does not decode is malformed.
 *
 * Anything else that is thrown came from bytes that no check foresaw: they are refused as malformed too, since a verifier
 * that throws stops the block or the client that asked it, and the verdict carries it as `fault`, which campaigns look for.
 */
export function verdictOf<Facts>(verify: () => Facts): Verdict<Facts> {
  try {
    return { ok: true, facts: verify() }
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, reason: error.reason }
    return error instanceof CodecError
      ? { ok: false, reason: 'malformed' }
      : { ok: false, reason: 'malformed', fault: error }
  }
}

/** How the rules leave at the first that fails, and what a policy answers. */
import type { PolicyRefusal } from './refusals.ts'

export interface JudgeContext {
  /** Seconds since 1970. */
  readonly now: number
  /** The chain's height. */
  readonly block: number
  /** The block whose hash the evidence answers; `block` itself, if it answers a challenge that was made just now. */
  readonly madeAt: number
  /** The highest evaluation number seen for this FMSPC; 0 if none was. */
  readonly evaluationFloor: number
}

/** A confidence level, 1 to 5 (`confidence.ts`). */
export interface Accepted {
  readonly ok: true
  readonly level: number
  /** What the level comes from, such as `status:SWHardeningNeeded` or `advisory:INTEL-SA-00615`. */
  readonly because: string
  /** The last second at which this holds by itself: then collateral, grace or document is over. */
  readonly until: number | undefined
}

export interface Refused {
  readonly ok: false
  readonly reason: PolicyRefusal
  /** What exactly is missing or too low, for people. */
  readonly detail?: string
}

export type Judgement = Accepted | Refused

class RuleBroken extends Error {
  readonly refused: Refused

  constructor(refused: Refused) {
    super(refused.reason)
    this.refused = refused
  }
}

/** Ends the judgement in progress. */
export function fail(reason: PolicyRefusal, detail?: string): never {
  throw new RuleBroken(detail === undefined ? { ok: false, reason } : { ok: false, reason, detail })
}

/** Ends the judgement in progress unless `holds`. */
export function must(holds: boolean, reason: PolicyRefusal, detail?: string): asserts holds {
  if (!holds) fail(reason, detail)
}

/** What `judge` accepts, or the rule that ended it. Other errors are bugs, and stay errors. */
export function judgementOf(judge: () => Accepted): Judgement {
  try {
    return judge()
  } catch (error) {
    if (error instanceof RuleBroken) return error.refused
    throw error
  }
}

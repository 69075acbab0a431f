/** Rules for what SGX and TDX quotes have in common: collateral, platform family, status, advisories, grace. */
import { policyBounds } from './bounds.ts'
import { GRACE_LEVEL, STATUS_LEVELS } from './confidence.ts'
import { judgeFmspc } from './hardware-lists.ts'
import type { SgxJudged, TdxJudged } from './judged-facts.ts'
import { type Accepted, fail, type JudgeContext, must } from './judgement.ts'
import type { DcapRules } from './schema.ts'

export function judgeDcap(facts: SgxJudged | TdxJudged, rules: DcapRules, context: JudgeContext): Accepted {
  const freshUntil = judgeCollateral(facts, rules, context)
  judgeFmspc(facts.fmspc, rules.fmspcs)
  const { tcbStatus } = facts
  switch (tcbStatus) {
    case 'Revoked':
      return fail('revoked')
    case 'OutOfDate':
    case 'OutOfDateConfigurationNeeded': {
      const graceUntil = judgeGrace(facts.recoveredAt, rules, context)
      return { ok: true, level: GRACE_LEVEL, because: `grace:${tcbStatus}`, until: Math.min(freshUntil, graceUntil) }
    }
    case 'UpToDate':
    case 'SWHardeningNeeded':
    case 'ConfigurationNeeded':
    case 'ConfigurationAndSWHardeningNeeded': {
      const isAccepted = rules.statuses.some(({ type }) => type === tcbStatus)
      must(isAccepted, 'status-not-accepted', tcbStatus)
      const byStatus = { level: STATUS_LEVELS[tcbStatus], because: `status:${tcbStatus}` }
      return { ok: true, ...loweredBy(facts.advisoryIds, rules, byStatus), until: freshUntil }
    }
    default:
      // A verifier that knows a status which this policy does not: refuse, never guess.
      return fail('status-not-accepted', tcbStatus satisfies never)
  }
}

function judgeCollateral(facts: SgxJudged | TdxJudged, rules: DcapRules, context: JudgeContext): number {
  const { now, evaluationFloor } = context
  const least = Math.max(rules.minimumEvaluationNumber, evaluationFloor)
  must(facts.evaluationNumber >= least, 'evaluation-number-too-low', `${facts.evaluationNumber}, at least ${least}`)
  must(now <= facts.collateralExpiresAt, 'collateral-expired')
  const oldAt = facts.collateralIssuedAt + rules.maxCollateralSeconds
  must(now <= oldAt, 'collateral-too-old', `${now - facts.collateralIssuedAt} seconds`)
  return Math.min(facts.collateralExpiresAt, oldAt)
}

/**
 * The last second of grace. It counts from the recovery that the platform missed: counted from "now", it would never end.
 * Advisories are not asked for: those of a level that is out of date are what the grace gives time for.
 */
function judgeGrace(recoveredAt: number | undefined, { graceSeconds }: DcapRules, { now }: JudgeContext): number {
  must(recoveredAt !== undefined, 'out-of-date', 'no recovery to count grace from')
  const last = recoveredAt + Math.min(graceSeconds, policyBounds.graceSeconds) - 1
  must(graceSeconds > 0 && now <= last, 'out-of-date')
  return last
}

/** The worst of the status's level and those at which the policy accepts its advisories. */
function loweredBy(
  advisoryIds: readonly string[],
  { advisories }: DcapRules,
  byStatus: { readonly level: number; readonly because: string },
): { readonly level: number; readonly because: string } {
  let worst = byStatus
  for (const id of advisoryIds) {
    const accepted = advisories.find((listed) => listed.id === id)
    must(accepted !== undefined, 'advisory-not-listed', id)
    if (accepted.level > worst.level) worst = { level: accepted.level, because: `advisory:${id}` }
  }
  return worst
}

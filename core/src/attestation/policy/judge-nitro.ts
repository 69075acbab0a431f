/** Rules for AWS Nitro documents: they are dated by the machine, and were verified at their own date. */
import type { NitroJudged } from './judged-facts.ts'
import { type Accepted, type JudgeContext, must } from './judgement.ts'
import type { NitroRules } from './schema.ts'

/** How far the clocks of AWS and the chain may be apart. */
const CLOCK_TOLERANCE_SECONDS = 60

export function judgeNitro(facts: NitroJudged, rules: NitroRules, { now }: JudgeContext): Accepted {
  const signedAt = Math.floor(facts.timestampMs / 1000)
  must(signedAt <= now + CLOCK_TOLERANCE_SECONDS, 'evidence-from-the-future')
  const until = signedAt + rules.maxDocumentSeconds
  must(now <= until, 'evidence-too-old', `${now - signedAt} seconds`)
  return { ok: true, level: rules.level, because: 'kind:Nitro', until }
}

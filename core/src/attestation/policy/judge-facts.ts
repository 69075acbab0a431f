/** Facts and policy give a judgement: accepted with a confidence level, or refused by the first rule that fails. */
import { isConfident, WORST_LEVEL } from './confidence.ts'
import { judgePlatform } from './hardware-lists.ts'
import { judgeDcap } from './judge-dcap.ts'
import { judgeNitro } from './judge-nitro.ts'
import { judgeSnp } from './judge-snp.ts'
import { judgeTdx } from './judge-tdx.ts'
import { judgeToken } from './judge-token.ts'
import type { JudgedFacts, PlatformJudged } from './judged-facts.ts'
import { type Accepted, fail, type JudgeContext, type Judgement, judgementOf, must } from './judgement.ts'
import type { AttestationPolicy } from './schema.ts'

/**
 * Judges facts that a verifier found. Pure: the same facts, policy and context give the same answer on every machine.
 *
 * Which program runs (`facts.measurement`) and for whom (`facts.reportData`) is not judged here: the caller compares them.
 *
 * @example
 * const judgement = judgeFacts(verdict.facts, policy, { now, block, madeAt, evaluationFloor: 0 })
 * if (!judgement.ok) return explainRefusal(judgement.reason).remedy
 */
export function judgeFacts(facts: JudgedFacts, policy: AttestationPolicy, context: JudgeContext): Judgement {
  return judgementOf(() => {
    // Before anything else, so that no other refusal hides it.
    must(!facts.debug, 'debug')
    const accepted = judgeKind(facts, policy, context)
    must(isConfident(accepted.level, WORST_LEVEL), 'level-out-of-range')
    judgeAge(policy, context)
    judgePlatform(facts.platform, policy.platforms)
    return accepted
  })
}

function judgeKind(facts: PlatformJudged, policy: AttestationPolicy, context: JudgeContext): Accepted {
  switch (facts.tee) {
    case 'Simulated': {
      const { level } = ruled(policy.simulated)
      return { ok: true, level, because: 'kind:Simulated', until: undefined }
    }
    case 'Sgx':
      return judgeDcap(facts, ruled(policy.sgx), context)
    case 'Tdx':
      return judgeTdx(facts, ruled(policy.tdx), context)
    case 'SevSnp':
      return judgeSnp(facts, ruled(policy.snp), context)
    case 'Cca':
      return judgeToken(facts, ruled(policy.cca))
    case 'Psa':
      return judgeToken(facts, ruled(policy.psa))
    case 'Nitro':
      return judgeNitro(facts, ruled(policy.nitro), context)
    // History only; and a graphics card says nothing about the machine it sits in.
    case 'Ias':
    case 'NvidiaGpu':
      return fail('tee-not-accepted')
  }
}

function ruled<Rules>(rules: Rules | undefined): Rules {
  must(rules !== undefined, 'tee-not-accepted')
  return rules
}

function judgeAge({ maxEvidenceBlocks }: AttestationPolicy, { block, madeAt }: JudgeContext): void {
  must(madeAt <= block, 'evidence-from-the-future')
  must(block - madeAt <= maxEvidenceBlocks, 'evidence-too-old', `${block - madeAt} blocks`)
}

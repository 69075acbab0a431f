/** Rules for Arm tokens (CCA, PSA), which name the state of their platform by its lifecycle only. */
import type { TokenJudged } from './judged-facts.ts'
import { type Accepted, must } from './judgement.ts'

/** High byte of the lifecycles that are secured (RFC 9783, section 4.3.1). */
const SECURED = 0x30

export function judgeToken({ tee, lifecycle }: TokenJudged, { level }: { readonly level: number }): Accepted {
  must(lifecycle >> 8 === SECURED, 'lifecycle-not-secured', `0x${lifecycle.toString(16)}`)
  return { ok: true, level, because: `kind:${tee}`, until: undefined }
}

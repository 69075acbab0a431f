/** How many requests for keys were answered how: what an operator's metrics show of a gatekeeper's decisions. */
import type { EnclaveStatus } from '@pha/core/protocol'

/** Outcomes have codes of this program, so there is a bounded number of them. */
export class ReleaseCounts {
  readonly #counts = new Map<string, number>()

  /** @param outcome `delivered` directly, `released` on chain, or the code of a refusal */
  count(outcome: string): void {
    this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1)
  }

  list(): EnclaveStatus['releases'] {
    return [...this.#counts].map(([outcome, count]) => ({ outcome, count }))
  }
}

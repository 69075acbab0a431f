/**
 * Calls on their way to the chain. The host submits them and may lose or delay any; the state alone says whether one
 * took effect. So nothing waits for a submission: whoever still misses its effect at a later block asks again.
 */

import { ChannelError } from '../channel/channel-error.ts'
import { codeOf, type Logger } from '../log.ts'

/** Blocks after which a call whose effect is still missing is sent again: longer than from inclusion to our view. */
const QUIET_BLOCKS = 8

interface Submission {
  inFlight: boolean
  quietUntil: number
}

export class Submissions {
  readonly #log: Logger
  readonly #known = new Map<string, Submission>()

  constructor({ log }: { readonly log: Logger }) {
    this.#log = log
  }

  /**
   * Starts a submission unless the same one is under way, or ended a few blocks ago.
   *
   * @param what names the effect, such as `commit/<contract>/7`
   * @param block number of the block at which the effect was missing
   * @example
   * submissions.once('registration', view.block.number, () => host.register(request))
   */
  once(what: string, block: number, submit: () => Promise<void>, quietBlocks = QUIET_BLOCKS): void {
    const known = this.#known.get(what)
    if (known !== undefined && (known.inFlight || block < known.quietUntil)) return
    const submission: Submission = { inFlight: true, quietUntil: block + quietBlocks }
    this.#known.set(what, submission)
    this.#log.debug('submitting', { what, block })
    void submit()
      .catch((error: unknown) => {
        // The host's own reason is text from outside: bounded by the frame, escaped by the log.
        const detail = error instanceof ChannelError ? error.detail : undefined
        this.#log.warn('submission failed', { what, block, code: codeOf(error), detail })
      })
      .finally(() => {
        submission.inFlight = false
      })
  }

  /** Forgets submissions whose effect was seen or does not matter any more. */
  forget(prefix: string): void {
    for (const [what, { inFlight }] of this.#known) if (!inFlight && what.startsWith(prefix)) this.#known.delete(what)
  }
}

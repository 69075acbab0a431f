/**
 * Tells a first request for a key from one that is repeated. A worker repeats what nobody answered, so an answer that went
 * directly was lost, or a host kept it to itself: the next one goes over the chain.
 */
import { toHex } from '@pha/core/codec'
import type { KeyRelease } from '@pha/core/protocol'
import { enclaveLimits } from '../limits.ts'

/** In memory: after a restart, a repeated request is taken for a first one once more. */
export class FirstRequests {
  readonly #known = new Set<string>()

  /**
   * Whether a release answers a request that none has answered. True once for each recipient and sharing: shares made anew
   * make another answer.
   * @example
   * if (requests.isFirst(signed.release)) await host.deliver(signed)
   */
  isFirst({ recipient, sharing }: Pick<KeyRelease, 'recipient' | 'sharing'>): boolean {
    const name = `${toHex(recipient)}/${sharing}`
    if (this.#known.has(name)) return false
    this.#known.add(name)
    const [oldest] = this.#known
    if (this.#known.size > enclaveLimits.knownRequests) this.#known.delete(oldest as string)
    return true
  }
}

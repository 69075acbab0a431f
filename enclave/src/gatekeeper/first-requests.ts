/**
 * Tells a first request for a key from one that is repeated. A worker repeats what nobody answered, so an answer that went
 * directly was lost, or a host kept it to itself: the next one goes over the chain.
 */
import { toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { KeyRequest } from '@pha/core/protocol'
import { enclaveLimits } from '../limits.ts'

/** In memory: after a restart, a repeated request is taken for a first one once more. */
export class FirstRequests {
  readonly #known = new Set<string>()

  /**
   * True once for each request and sharing: shares made anew make another answer.
   * @example
   * if (requests.isFirst(request, held.sharing)) await host.deliver(signed)
   */
  isFirst(request: KeyRequest, sharing: number): boolean {
    const name = `${toHex(blake2b256(KeyRequest.encode(request)))}/${sharing}`
    if (this.#known.has(name)) return false
    this.#known.add(name)
    const [oldest] = this.#known
    if (this.#known.size > enclaveLimits.knownRequests) this.#known.delete(oldest as string)
    return true
  }
}

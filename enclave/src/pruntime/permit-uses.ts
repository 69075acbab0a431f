/**
 * How many queries were answered under each permit, by this enclave since it started: no replica knows what another one
 * answered. A delegated permit counts for every permit that it was derived from too.
 */
import { toHex } from '@pha/core/codec'
import type { PermitLink } from '@pha/core/permits'
import { enclaveLimits } from '../limits.ts'

interface Uses {
  used: number
  readonly expiresAtBlock: number
}

export class PermitUses {
  /** By account, then by id of the permit. */
  readonly #accounts = new Map<string, Map<string, Uses>>()
  #count = 0

  get count(): number {
    return this.#count
  }

  /**
   * Counts a query, unless a permit has no more.
   * @param links of one chain of permits of the account
   * @returns why it must not be answered
   */
  take(
    account: Uint8Array,
    links: readonly PermitLink[],
    block: number,
  ): 'permit.used-up' | 'permit.too-many' | undefined {
    const name = toHex(account)
    const permits = this.#accounts.get(name) ?? new Map<string, Uses>()
    const ids = links.map(({ id }) => toHex(id))
    if (links.some(({ terms }, i) => (permits.get(ids[i] as string)?.used ?? 0) >= terms.uses)) return 'permit.used-up'
    const fresh = ids.filter((id) => !permits.has(id)).length
    if (fresh > 0 && !this.#hasRoom(permits, fresh, block)) return 'permit.too-many'
    links.forEach(({ terms }, i) => {
      const id = ids[i] as string
      const uses = permits.get(id)
      if (uses !== undefined) uses.used++
      else permits.set(id, { used: 1, expiresAtBlock: terms.expiresAtBlock })
    })
    this.#count += fresh
    this.#accounts.set(name, permits)
    return undefined
  }

  #hasRoom(permits: Map<string, Uses>, fresh: number, block: number): boolean {
    if (permits.size + fresh > enclaveLimits.countedPermitsOfAccount) this.#forgetEnded(permits, block)
    if (this.#count + fresh > enclaveLimits.countedPermits) {
      for (const [name, others] of this.#accounts) {
        this.#forgetEnded(others, block)
        if (others.size === 0) this.#accounts.delete(name)
      }
    }
    return (
      permits.size + fresh <= enclaveLimits.countedPermitsOfAccount &&
      this.#count + fresh <= enclaveLimits.countedPermits
    )
  }

  #forgetEnded(permits: Map<string, Uses>, block: number): void {
    for (const [id, { expiresAtBlock }] of permits) {
      if (expiresAtBlock >= block) continue
      permits.delete(id)
      this.#count--
    }
  }
}

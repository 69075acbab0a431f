/**
 * How many queries were answered under each permit by this enclave: no replica knows what another one answered. A
 * delegated permit counts for every permit that it was derived from too.
 *
 * No query is answered before its count is on disk: an enclave that was killed goes on from there. The disk has the count
 * up to which may be answered, some part of the permit's number ahead, so that most queries wait for no write.
 */
import { toHex } from '@pha/core/codec'
import type { PermitLink } from '@pha/core/permits'
import { type Infer, t } from '@pha/core/schema'
import { enclaveLimits } from '../limits.ts'
import type { Journal } from '../store/journal.ts'

export type UseRefusal = 'permit.used-up' | 'permit.too-many' | 'permit.not-counted'

/** A count as it is kept: `used` is never below what was answered. */
const KeptUses = t.struct('KeptUses', { account: t.bytes32, permit: t.bytes32, used: t.u32, expiresAtBlock: t.u32 })
type KeptUses = Infer<typeof KeptUses>
const KeptRecord = t.vec(KeptUses)

interface Uses {
  readonly account: Uint8Array
  readonly permit: Uint8Array
  readonly expiresAtBlock: number
  used: number
  /** What the journal was given, and what it has on disk. */
  noted: number
  kept: number
  /** The write that brings `noted` to the disk. */
  writing: Promise<void> | undefined
}

export class PermitUses {
  readonly #journal: Journal
  /** By account, then by id of the permit. */
  readonly #accounts = new Map<string, Map<string, Uses>>()
  #count = 0

  /** @throws StoreError if the journal can't be read */
  constructor(journal: Journal) {
    this.#journal = journal
    for (const record of journal.read()) for (const kept of KeptRecord.decode(record)) this.#remember(kept)
    this.#shorten()
  }

  get count(): number {
    return this.#count
  }

  /**
   * Counts a query, unless a permit has no more.
   * @param links of one chain of permits of the account
   * @returns why it must not be answered; it may be answered when a promise has resolved
   */
  take(
    account: Uint8Array,
    links: readonly PermitLink[],
    block: number,
  ): UseRefusal | undefined | Promise<UseRefusal | undefined> {
    const name = toHex(account)
    const permits = this.#accounts.get(name) ?? new Map<string, Uses>()
    const ids = links.map(({ id }) => toHex(id))
    if (links.some(({ terms }, i) => (permits.get(ids[i] as string)?.used ?? 0) >= terms.uses)) return 'permit.used-up'
    const fresh = ids.filter((id) => !permits.has(id)).length
    if (fresh > 0 && !this.#hasRoom(permits, fresh, block)) return 'permit.too-many'
    const counted = links.map(({ id, terms }, i) => {
      const uses = permits.get(ids[i] as string) ?? usesOf({ account, permit: id, used: 0, ...terms })
      permits.set(ids[i] as string, uses)
      uses.used++
      return { uses, most: terms.uses }
    })
    this.#count += fresh
    this.#accounts.set(name, permits)
    return this.#noted(counted)
  }

  #noted(
    counted: readonly { readonly uses: Uses; readonly most: number }[],
  ): undefined | Promise<UseRefusal | undefined> {
    const toNote = counted.filter(({ uses }) => uses.used > uses.noted)
    if (toNote.length > 0) {
      for (const { uses, most } of toNote) uses.noted = Math.min(most, uses.used - 1 + partOf(most))
      this.#write(toNote.map(({ uses }) => uses))
    }
    const writes = counted.flatMap(({ uses }) => (uses.used > uses.kept && uses.writing ? [uses.writing] : []))
    if (writes.length === 0) return undefined
    return Promise.all(writes).then(
      () => undefined,
      () => 'permit.not-counted' as const,
    )
  }

  /** A failed write leaves what was counted counted, and the next query tries again. */
  #write(changed: readonly Uses[]): void {
    const noted = changed.map((uses) => ({ uses, mark: uses.noted }))
    const writing = this.#journal.append(KeptRecord.encode(changed.map(keptOf))).then(
      () => {
        for (const { uses, mark } of noted) uses.kept = Math.max(uses.kept, mark)
        this.#shorten()
      },
      (error: unknown) => {
        for (const { uses } of noted) uses.noted = uses.kept
        throw error
      },
    )
    for (const uses of changed) uses.writing = writing
    writing.catch(() => {}) // told to each query that waits
  }

  #shorten(): void {
    if (this.#journal.bytes < enclaveLimits.shortenedJournalBytes) return
    try {
      this.#journal.replace(
        KeptRecord.encode([...this.#accounts.values()].flatMap((permits) => [...permits.values()].map(keptOf))),
      )
    } catch {
      // The disk may have room for the next one; until then the journal grows to its own bound.
    }
  }

  #remember({ account, permit, used, expiresAtBlock }: KeptUses): void {
    const name = toHex(account)
    const permits = this.#accounts.get(name) ?? new Map<string, Uses>()
    const id = toHex(permit)
    const known = permits.get(id)
    if (known === undefined) this.#count++
    permits.set(id, usesOf({ account, permit, used: Math.max(used, known?.used ?? 0), expiresAtBlock }))
    this.#accounts.set(name, permits)
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

/** How far the disk may be ahead. */
function partOf(uses: number): number {
  return Math.max(1, Math.floor(uses / enclaveLimits.permitParts))
}

function usesOf({ account, permit, used, expiresAtBlock }: KeptUses): Uses {
  return { account, permit, expiresAtBlock, used, noted: used, kept: used, writing: undefined }
}

function keptOf({ account, permit, noted, expiresAtBlock }: Uses): KeptUses {
  return { account, permit, used: noted, expiresAtBlock }
}

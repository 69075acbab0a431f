/**
 * The agreement key of an enclave, and its successor: each registration brings a fresh one (docs/adr/0023).
 *
 * A fresh key is sealed before anyone hears of it, and counts only when the chain is proven to list it. What was
 * sealed to the key before may still be on its way: that one opens for a while longer, and is then erased.
 */
import { equalBytes } from '@pha/core/codec'
import { type AgreementKey, generateAgreementKey, type Secret } from '@pha/core/crypto'
import { enclaveLimits } from '../limits.ts'
import { randomSecret } from '../random.ts'
import type { Stored } from '../store/sealed-store.ts'

export type StoredAgreement = Stored['agreement']

/** The part of `Memory` that this needs. */
export interface AgreementMemory {
  readonly content: { readonly agreement: StoredAgreement }
  change(changes: { readonly agreement: StoredAgreement }): void
}

interface Former {
  readonly key: AgreementKey
  readonly until: number
}

/** As an `AgreementKey` it is the one that the chain lists, or will list first. */
export class AgreementKeys implements AgreementKey {
  readonly #memory: AgreementMemory
  #listed: AgreementKey | undefined
  #next: AgreementKey | undefined
  #former: Former | undefined
  #hasFollowed = false

  constructor(memory: AgreementMemory) {
    const { listed, next, former } = memory.content.agreement
    this.#memory = memory
    this.#listed = listed && generateAgreementKey(listed)
    this.#next = next && generateAgreementKey(next)
    this.#former = former && { key: generateAgreementKey(former.seed), until: former.until }
  }

  get seed(): Secret {
    return this.#current.seed
  }

  get publicKey(): Uint8Array {
    return this.#current.publicKey
  }

  /** Keys that something on its way may be sealed to, the newest first. */
  get opening(): readonly AgreementKey[] {
    return this.#former === undefined ? [this.#current] : [this.#current, this.#former.key]
  }

  get #current(): AgreementKey {
    return this.#listed ?? this.next()
  }

  /** The key that a registration names: sealed before this returns, and the same one until the chain lists it. */
  next(): AgreementKey {
    if (this.#next !== undefined) return this.#next
    this.#next = generateAgreementKey(randomSecret(32))
    this.#keep()
    return this.#next
  }

  /** Whether a record names a key that is held here, and not one that is over or unknown. */
  isListed(agreement: Uint8Array): boolean {
    return this.#listed !== undefined && equalBytes(this.#listed.publicKey, agreement)
  }

  /**
   * Told what is proven at a block.
   * @param agreement what the chain lists for this identity; `undefined` if it lists none
   */
  follow(agreement: Uint8Array | undefined, block: number): void {
    const isFirst = !this.#hasFollowed
    this.#hasFollowed = true
    if (agreement !== undefined && !this.isListed(agreement)) {
      if (this.#next !== undefined && equalBytes(this.#next.publicKey, agreement)) this.#succeed(this.#next, block)
      // The host put back an older file. The successor in it may have been listed in the meantime: never again.
      else if (isFirst) this.#dropNext()
    }
    if (this.#former !== undefined && this.#former.until < block) this.#dropFormer()
  }

  #succeed(next: AgreementKey, block: number): void {
    const older = this.#former?.key
    const before = this.#listed
    this.#former = before && { key: before, until: block + enclaveLimits.formerKeyBlocks }
    this.#listed = next
    this.#next = undefined
    this.#keep()
    older?.seed.wipe()
  }

  #dropNext(): void {
    const dropped = this.#next
    if (dropped === undefined) return
    this.#next = undefined
    this.#keep()
    dropped.seed.wipe()
  }

  #dropFormer(): void {
    const dropped = this.#former?.key
    this.#former = undefined
    this.#keep()
    dropped?.seed.wipe()
  }

  #keep(): void {
    const listed = this.#listed?.seed
    const next = this.#next?.seed
    const former = this.#former && { seed: this.#former.key.seed, until: this.#former.until }
    this.#memory.change({ agreement: { listed, next, former } })
  }
}

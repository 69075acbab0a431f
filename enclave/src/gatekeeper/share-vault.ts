/**
 * This gatekeeper's shares of the roots: sealed before they are used, erased when the chain has newer ones.
 *
 * What is in the file is not believed. A host can put back a file of before a resharing, whose shares, with enough others of
 * their time, are the root's; the chain's group says which sharing counts, and by its public share which scalar.
 */
import { equalBytes } from '@pha/core/codec'
import type { Secret } from '@pha/core/crypto'
import { publicShareOf } from '@pha/core/threshold'
import type { Group } from '@pha/runtime/pallets'
import type { Memory } from '../service/memory.ts'
import type { StoredShare } from '../store/sealed-store.ts'

/** A share that the group in office expects of this gatekeeper. */
export interface HeldShare {
  readonly root: number
  readonly sharing: number
  readonly index: number
  readonly share: Secret
  readonly publicShare: Uint8Array
}

export type FoundShare =
  | { readonly ok: true; readonly held: HeldShare }
  /** `gatekeeper.other-share`: the next resharing brings this gatekeeper back. */
  | { readonly ok: false; readonly reason: 'gatekeeper.not-a-member' | 'gatekeeper.other-share' }

export class ShareVault {
  readonly #memory: Memory
  readonly #identity: Uint8Array
  /** One multiplication for each share, not for each request. */
  readonly #publicShares = new WeakMap<StoredShare, Uint8Array>()

  constructor(memory: Memory, identity: Uint8Array) {
    this.#memory = memory
    this.#identity = identity
  }

  /**
   * The share to serve this group with.
   * @example
   * const found = vault.find(group)
   * if (!found.ok) log.error('cannot serve', { code: found.reason })
   */
  find({ root, sharing, members }: Group): FoundShare {
    const member = members.find(({ identity }) => equalBytes(identity, this.#identity))
    if (member === undefined) return { ok: false, reason: 'gatekeeper.not-a-member' }
    const { index, publicShare } = member
    const stored = this.#memory.content.shares.find((kept) => kept.root === root && kept.sharing === sharing)
    if (stored === undefined || !equalBytes(this.#publicShareOf(stored), publicShare)) {
      return { ok: false, reason: 'gatekeeper.other-share' }
    }
    return { ok: true, held: { root, sharing, index, share: stored.share, publicShare } }
  }

  /** Seals a new share and erases the older ones of its root with what the ceremony left, in one write. */
  keep(share: StoredShare): void {
    const { shares, ceremony } = this.#memory.content
    const others = shares.filter(({ root }) => root !== share.root)
    this.#memory.change({ shares: [...others, share], ceremony: undefined })
    for (const stored of shares) if (!others.includes(stored)) stored.share.wipe()
    for (const { share: received } of ceremony?.received ?? []) received?.wipe()
    ceremony?.recipient?.wipe()
    ceremony?.polynomial?.wipe()
  }

  /** Erases the shares of roots that no group in office has. */
  retire(inOffice: readonly Group[]): void {
    const { shares } = this.#memory.content
    const kept = shares.filter((stored) => inOffice.some(({ root }) => root === stored.root))
    if (kept.length === shares.length) return
    this.#memory.change({ shares: kept })
    for (const stored of shares) if (!kept.includes(stored)) stored.share.wipe()
  }

  #publicShareOf(stored: StoredShare): Uint8Array {
    const publicShare = this.#publicShares.get(stored) ?? publicShareOf(stored.share)
    this.#publicShares.set(stored, publicShare)
    return publicShare
  }
}

/** What delegates announced, and what is held of their balance for it. */
import { equalBytes } from '@pha/core/codec'
import type { ProxyContext } from './context.ts'
import type { Announcement } from './schema.ts'

export interface Announcements {
  add(delegate: Uint8Array, announcement: Announcement): void
  /** Removes what matches and is old enough. @throws DispatchFailure `NotFound` if nothing does */
  remove(delegate: Uint8Array, real: Uint8Array, callHash: Uint8Array, newest?: number): void
  held(): Iterable<readonly [who: Uint8Array, amount: bigint]>
}

export function announcements({ storage, errors, constants, deps }: ProxyContext): Announcements {
  const { balances } = deps

  function save(delegate: Uint8Array, list: readonly Announcement[]): void {
    const [, held] = storage.announcements.get(delegate)
    const { announcementDepositBase: base, announcementDepositFactor: factor } = constants
    const wanted = list.length === 0 ? 0n : base + factor * BigInt(list.length)
    if (wanted > held) balances.reserve(delegate, wanted - held)
    else balances.unreserve(delegate, held - wanted)
    if (list.length === 0) storage.announcements.remove(delegate)
    else storage.announcements.set(delegate, [list, wanted])
  }

  return {
    add(delegate, announcement) {
      const [list] = storage.announcements.get(delegate)
      if (list.length >= constants.maxPending) throw errors.TooMany()
      save(delegate, [...list, announcement])
    },

    remove(delegate, real, callHash, newest = Number.POSITIVE_INFINITY) {
      const [list] = storage.announcements.get(delegate)
      const rest = list.filter(
        (one) => !equalBytes(one.real, real) || !equalBytes(one.callHash, callHash) || one.height > newest,
      )
      if (rest.length === list.length) throw errors.NotFound()
      save(delegate, rest)
    },

    *held() {
      for (const [delegate, [, deposit]] of storage.announcements.entries()) yield [delegate, deposit]
    },
  }
}

/** The delegates of an account, and what is held of its balance for them. */
import { compareBytes, equalBytes } from '@pha/core/codec'
import type { ProxyContext } from './context.ts'
import { type ProxyDefinition, ProxyType } from './schema.ts'

export interface Delegates {
  add(real: Uint8Array, added: ProxyDefinition): void
  remove(real: Uint8Array, removed: ProxyDefinition): void
  removeAll(real: Uint8Array): void
  /** A new account whose only delegate is its creator, who pays for it. */
  spawn(pure: Uint8Array, first: ProxyDefinition): void
  /** The first relation between the two, of one type or of any. */
  find(real: Uint8Array, delegate: Uint8Array, type: ProxyDefinition['proxyType'] | undefined): ProxyDefinition
  held(): Iterable<readonly [who: Uint8Array, amount: bigint]>
}

export function delegates({ storage, errors, constants, deps }: ProxyContext): Delegates {
  const { balances } = deps

  const depositFor = (count: number): bigint =>
    count === 0 ? 0n : constants.proxyDepositBase + constants.proxyDepositFactor * BigInt(count)

  /** Writes the list and holds as much as it takes. A pure account pays for what it adds; its creator paid for the first. */
  function save(real: Uint8Array, list: readonly ProxyDefinition[]): void {
    const [, held] = storage.proxies.get(real)
    const wanted = depositFor(list.length)
    if (wanted > held) balances.reserve(real, wanted - held)
    else release(real, held, held - wanted)
    if (list.length === 0) storage.proxies.remove(real)
    else storage.proxies.set(real, [list, wanted])
  }

  function release(real: Uint8Array, held: bigint, amount: bigint): void {
    const spawner = storage.spawners.get(real)
    const own = held - (spawner?.deposit ?? 0n)
    const fromOwn = amount < own ? amount : own
    balances.unreserve(real, fromOwn)
    if (spawner === undefined || amount === fromOwn) return
    // Less than one delegate's deposit is never left, so nothing of the creator's is held any more.
    balances.unreserve(spawner.account, spawner.deposit)
    storage.spawners.remove(real)
  }

  return {
    add(real, added) {
      const [list] = storage.proxies.get(real)
      if (list.some((known) => isSame(known, added))) throw errors.Duplicate()
      if (list.length >= constants.maxProxies) throw errors.TooMany()
      save(real, [...list, added].sort(inOrder))
    },

    remove(real, removed) {
      const [list] = storage.proxies.get(real)
      const rest = list.filter((known) => !isSame(known, removed))
      if (rest.length === list.length) throw errors.NotFound()
      save(real, rest)
    },

    removeAll: (real) => save(real, []),

    spawn(pure, first) {
      if (storage.proxies.has(pure)) throw errors.Duplicate()
      const deposit = depositFor(1)
      balances.reserve(first.delegate, deposit)
      storage.proxies.set(pure, [[first], deposit])
      storage.spawners.set(pure, { account: first.delegate, deposit })
    },

    find(real, delegate, type) {
      const [list] = storage.proxies.get(real)
      const found = list.find(
        (known) => equalBytes(known.delegate, delegate) && (type === undefined || known.proxyType.type === type.type),
      )
      if (found === undefined) throw errors.NotProxy()
      return found
    },

    *held() {
      for (const [real, [, deposit]] of storage.proxies.entries()) {
        const spawner = storage.spawners.get(real)
        yield [real, deposit - (spawner?.deposit ?? 0n)]
        if (spawner !== undefined) yield [spawner.account, spawner.deposit]
      }
    },
  }
}

/** By account, then type, then delay: the order in which Substrate keeps and searches the list. */
function inOrder(left: ProxyDefinition, right: ProxyDefinition): number {
  return compareBytes(left.delegate, right.delegate) || typeIndex(left) - typeIndex(right) || left.delay - right.delay
}

function isSame(left: ProxyDefinition, right: ProxyDefinition): boolean {
  return inOrder(left, right) === 0
}

function typeIndex({ proxyType }: ProxyDefinition): number {
  return ProxyType.encode(proxyType)[0] ?? 0
}

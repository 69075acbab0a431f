/**
 * All transactions that wait, in the two orders that matter: which one is next in a block, and which one makes room.
 * A block takes the highest priority first, then the earliest, each sender's in the order of nonces. Room is made from
 * the ends of the senders' chains, so that nothing loses its predecessor: first by what is not ready, then by the lowest
 * priority, the deepest in its chain (who sends little goes before who sends much), the latest.
 */
import type { Hex } from '@pha/core/codec'
import { poolLimits } from '../limits.ts'
import type { PoolEntry } from './entry.ts'
import { orderedSet, walkChains } from './ordered-set.ts'
import { SenderChain } from './sender-chain.ts'

export type Room =
  | { readonly ok: true; readonly victims: readonly PoolEntry[] }
  | { readonly ok: false; readonly full: 'sender' | 'pool' }

/** What changed state: `ready` in the order of nonces. */
export interface Moved {
  readonly ready: readonly PoolEntry[]
  readonly future: readonly PoolEntry[]
}

export class Waiting {
  readonly #byHash = new Map<Hex, PoolEntry>()
  readonly #chains = new Map<string, SenderChain>()
  /** What goes at each height; a height without any has no set. */
  readonly #expiring = new Map<number, Set<PoolEntry>>()
  /** The next one of each sender that has it here. */
  #heads = orderedSet(comesFirst)
  /** The last one of each sender. */
  #tails = orderedSet<PoolEntry>((left, right) => this.#givesWay(left, right))
  #bytes = 0

  get size(): number {
    return this.#byHash.size
  }

  get bytes(): number {
    return this.#bytes
  }

  get(hash: Hex): PoolEntry | undefined {
    return this.#byHash.get(hash)
  }

  has(entry: PoolEntry): boolean {
    return this.#byHash.get(entry.hash) === entry
  }

  of(sender: string): SenderChain | undefined {
    return this.#chains.get(sender)
  }

  get senders(): Iterable<string> {
    return this.#chains.keys()
  }

  entries(): IterableIterator<PoolEntry> {
    return this.#byHash.values()
  }

  hasReady(): boolean {
    return !this.#heads.isEmpty
  }

  isReady(entry: PoolEntry): boolean {
    return this.has(entry) && this.#chains.get(entry.sender)?.isReady(entry.nonce) === true
  }

  /**
   * What is ready, in the order for a block. Whatever is added or removed meanwhile, each one's predecessor was given
   * before it, and none is given that is gone.
   */
  *ready(): Generator<PoolEntry, undefined> {
    const next = ({ sender, nonce }: PoolEntry): PoolEntry | undefined => {
      const chain = this.#chains.get(sender)
      // Nothing follows one that was dropped meanwhile: what came after it is not ready any more.
      return chain?.isReady(nonce + 1) ? chain.at(nonce + 1) : undefined
    }
    for (const entry of walkChains(this.#heads, next)) if (this.isReady(entry)) yield entry
    return undefined
  }

  /** What goes at this height. */
  expiredAt(height: number): readonly PoolEntry[] {
    return [...(this.#expiring.get(height) ?? [])]
  }

  /** Who has to go so that this one fits beside `replaced`'s absence; nobody does if it does not fit anyway. */
  roomFor(entry: PoolEntry, replaced?: PoolEntry): Room {
    const { sender, nonce } = entry
    const chain = this.#chains.get(sender)
    const victims: PoolEntry[] = []
    let count = replaced === undefined ? 1 : 0
    let bytes = entry.bytes.length - (replaced?.bytes.length ?? 0)

    const exceedsSender = (): boolean =>
      (chain?.size ?? 0) + count > poolLimits.perSender || (chain?.bytes ?? 0) + bytes > poolLimits.bytesPerSender
    const give = (victim: PoolEntry): void => {
      victims.push(victim)
      count--
      bytes -= victim.bytes.length
    }
    for (let own = chain?.last(); exceedsSender(); own = chain?.before(own.nonce)) {
      if (own === undefined || own.nonce <= nonce) return { ok: false, full: 'sender' }
      give(own)
    }
    const exceedsPool = (): boolean => this.size + count > poolLimits.count || this.#bytes + bytes > poolLimits.bytes
    if (!exceedsPool()) return { ok: true, victims }
    const own = new Set(victims)
    const before = (victim: PoolEntry): PoolEntry | undefined => this.#chains.get(victim.sender)?.before(victim.nonce)
    for (const victim of walkChains(this.#tails, before)) {
      if (own.has(victim)) continue
      if (victim === replaced || (victim.sender === sender && victim.nonce < nonce)) break
      if (this.#givesWay(victim, entry) >= 0) break
      give(victim)
      if (!exceedsPool()) return { ok: true, victims }
    }
    return { ok: false, full: 'pool' }
  }

  add(entry: PoolEntry): Moved {
    const chain = this.#chains.get(entry.sender) ?? new SenderChain(entry.sender)
    this.#chains.set(entry.sender, chain)
    const ready = this.#change(chain, () => chain.add(entry))
    this.#list(entry)
    return { ready, future: [] }
  }

  replace(old: PoolEntry, entry: PoolEntry): void {
    const chain = this.#chains.get(old.sender)
    if (chain === undefined) return
    this.#change(chain, () => chain.replace(old, entry))
    this.#unlist(old)
    this.#list(entry)
  }

  remove(entry: PoolEntry): Moved {
    const chain = this.#chains.get(entry.sender)
    if (chain === undefined) return { ready: [], future: [] }
    const future = this.#change(chain, () => chain.remove(entry))
    this.#unlist(entry)
    return { ready: [], future }
  }

  /** Follows an account's nonce: what is below it goes. */
  moveTo(sender: string, next: number): Moved & { readonly used: readonly PoolEntry[] } {
    const chain = this.#chains.get(sender)
    if (chain === undefined) return { ready: [], future: [], used: [] }
    const used = chain.below(next)
    const ready = this.#change(chain, () => {
      const moved = chain.moveTo(next)
      for (const entry of used) chain.remove(entry)
      return moved
    })
    for (const entry of used) this.#unlist(entry)
    return { ready, future: [], used }
  }

  /** Changes a chain, whose ends stand in the sets by what they were. */
  #change<T>(chain: SenderChain, work: () => T): T {
    const [head, tail] = [chain.head(), chain.last()]
    // Found by comparing, so before anything changes.
    const tails = tail === undefined ? this.#tails : this.#tails.without(tail)
    const result = work()
    const [newHead, newTail] = [chain.head(), chain.last()]
    if (head !== newHead) {
      if (head !== undefined) this.#heads = this.#heads.without(head)
      if (newHead !== undefined) this.#heads = this.#heads.with(newHead)
    }
    this.#tails = newTail === undefined ? tails : tails.with(newTail)
    if (chain.size === 0) this.#chains.delete(chain.sender)
    return result
  }

  #list(entry: PoolEntry): void {
    this.#byHash.set(entry.hash, entry)
    this.#bytes += entry.bytes.length
    const { height } = entry.expiry
    this.#expiring.set(height, (this.#expiring.get(height) ?? new Set()).add(entry))
  }

  #unlist(entry: PoolEntry): void {
    this.#byHash.delete(entry.hash)
    this.#bytes -= entry.bytes.length
    const expiring = this.#expiring.get(entry.expiry.height)
    expiring?.delete(entry)
    if (expiring?.size === 0) this.#expiring.delete(entry.expiry.height)
  }

  /** Who goes first. Depends on the senders' chains, so an entry leaves the set before its chain changes. */
  #givesWay(left: PoolEntry, right: PoolEntry): number {
    const [leftChain, rightChain] = [this.#chains.get(left.sender), this.#chains.get(right.sender)]
    const leftReady = left.isNext || leftChain?.isReady(left.nonce) === true
    const rightReady = right.isNext || rightChain?.isReady(right.nonce) === true
    if (leftReady !== rightReady) return leftReady ? 1 : -1
    if (left.priority !== right.priority) return left.priority < right.priority ? -1 : 1
    const depths = depth(rightChain, right) - depth(leftChain, left)
    return depths !== 0 ? depths : right.sequence - left.sequence
  }
}

function depth(chain: SenderChain | undefined, { nonce, isNext }: PoolEntry): number {
  return chain?.depth(nonce) ?? (isNext ? 0 : nonce)
}

function comesFirst(left: PoolEntry, right: PoolEntry): number {
  if (left.priority !== right.priority) return left.priority > right.priority ? -1 : 1
  return left.sequence - right.sequence
}

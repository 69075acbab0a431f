/**
 * Transactions that wait for a block. Order follows the runtime's tags: a transaction is ready when each tag that it
 * requires (its sender's nonce before) is provided by the chain or by a ready transaction in front of it.
 */
import { concatBytes, type Hex, toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { t } from '@pha/core/schema'
import type { CheckTxRefusal, CheckTxResult, Mempool } from '../consensus/index.ts'
import { type ArrivalComponents, Arrivals, type Validated } from './arrivals.ts'
import { poolLimits } from './limits.ts'

export interface PoolEntry {
  readonly hash: Hex
  readonly bytes: Uint8Array
  /** Account inside the tag that it provides. */
  readonly sender: Hex
  readonly provides: readonly Hex[]
  /** Tags that the chain does not provide yet. */
  readonly requires: Set<Hex>
  /** Height at which it is dropped. */
  readonly dropAt: number
}

export type PoolStatus =
  | { readonly type: 'future' | 'ready' | 'invalid' | 'dropped' }
  | { readonly type: 'finalised'; readonly blockHash: Uint8Array }

export type StatusListener = (status: PoolStatus) => void

export interface PoolComponents extends ArrivalComponents {
  /** Whether an extrinsic is in a finalised block. */
  readonly isFinalised: (hash: Uint8Array) => boolean
}

export class Pool implements Mempool {
  readonly #components: PoolComponents
  /** In an order in which they can be applied. */
  readonly #ready = new Map<Hex, PoolEntry>()
  readonly #future = new Map<Hex, PoolEntry>()
  readonly #providers = new Map<Hex, PoolEntry>()
  readonly #dependents = new Map<Hex, Set<PoolEntry>>()
  readonly #perSender = new Map<Hex, number>()
  readonly #watchers = new Map<Hex, Set<StatusListener>>()
  readonly #readyListeners = new Set<() => void>()
  readonly #arrivals: Arrivals
  #bytes = 0

  constructor(components: PoolComponents) {
    this.#arrivals = new Arrivals(components)
    this.#components = components
  }

  /**
   * Admits an extrinsic; one that waits already is accepted again without effect. What one source submits is admitted in
   * its order, whichever signature is checked first.
   * @param source whoever submits, by identity: a connection
   */
  submit(bytes: Uint8Array, source: object = this): Promise<CheckTxResult> {
    if (bytes.length > poolLimits.extrinsicBytes) return refuse('tx.too-large', `${bytes.length} bytes`)
    const digest = blake2b256(bytes)
    const hash = toHex(digest)
    if (this.#entry(hash) !== undefined) return Promise.resolve({ ok: true, hash: digest })
    if (this.#components.isFinalised(digest)) return refuse('tx.already-imported', hash)
    const kept = new Uint8Array(bytes)
    return (
      this.#arrivals.get(hash) ??
      this.#arrivals.arrive(hash, kept, source, (outcome) => this.#settle(kept, digest, outcome))
    )
  }

  #settle(bytes: Uint8Array, digest: Uint8Array, validity: Validated): CheckTxResult {
    const hash = toHex(digest)
    if (validity === 'busy') return refusal('tx.busy', 'signatures wait to be checked')
    if (!validity.ok) {
      const { type, value } = validity.error
      return refusal(type === 'Invalid' ? 'tx.invalid' : 'tx.unknown-validity', value.type)
    }
    const full = refusal('tx.pool-full', `${this.size} extrinsics wait`)
    const { provides, requires, longevity } = validity.value
    const [tag] = provides
    if (tag === undefined) return refusal('tx.unknown-validity', 'provides nothing')
    const lifetime = Number(longevity < BigInt(poolLimits.lifetimeBlocks) ? longevity : poolLimits.lifetimeBlocks)
    const entry: PoolEntry = {
      hash,
      bytes,
      sender: toHex(tag.subarray(0, 32)),
      provides: provides.map(toHex),
      requires: new Set(requires.map(toHex)),
      dropAt: this.#components.height() + lifetime + 1,
    }
    if (entry.provides.some((provided) => this.#providers.has(provided))) return refusal('tx.nonce-taken', hash)
    if ((this.#perSender.get(entry.sender) ?? 0) >= poolLimits.perSender)
      return refusal('tx.sender-limit', entry.sender)
    if (this.#isFull(bytes.length)) {
      // A nonce from the future is never paid for if the one before it never comes: such entries must not lock out others.
      if (!this.#canBeReady(entry)) return full
      this.#dropFuture(bytes.length)
      if (this.#isFull(bytes.length)) return full
    }
    this.#add(entry)
    return { ok: true, hash: digest }
  }

  get size(): number {
    return this.#ready.size + this.#future.size
  }

  hasReady(): boolean {
    return this.#ready.size > 0
  }

  onReady(listener: () => void): () => void {
    this.#readyListeners.add(listener)
    return () => this.#readyListeners.delete(listener)
  }

  /** What can be applied now, in this order. */
  ready(): readonly PoolEntry[] {
    return [...this.#ready.values()]
  }

  /** All that waits. */
  pending(): readonly Uint8Array[] {
    return [...this.#ready.values(), ...this.#future.values()].map(({ bytes }) => bytes)
  }

  /** The first nonce from `from` on that none of the sender's waiting extrinsics has. */
  nextNonce(from: number, sender: Uint8Array): number {
    let nonce = from
    // The tag of `CheckNonce`: account and nonce.
    while (this.#providers.has(toHex(concatBytes(sender, t.u32.encode(nonce))))) nonce++
    return nonce
  }

  /**
   * Follows an extrinsic that waits, beginning with its present status. The listener is dropped after a last one.
   * @returns what ends it; `undefined` if the extrinsic does not wait here or has too many watchers
   */
  watch(hash: Uint8Array, listener: StatusListener): (() => void) | undefined {
    const key = toHex(hash)
    const watchers = this.#watchers.get(key) ?? new Set()
    if (this.#entry(key) === undefined || watchers.size >= poolLimits.watchers) return undefined
    this.#watchers.set(key, watchers.add(listener))
    listener({ type: this.#ready.has(key) ? 'ready' : 'future' })
    return () => watchers.delete(listener)
  }

  /** Drops what the runtime refuses; what depends on it waits again. */
  dropInvalid(hash: Hex): void {
    const entry = this.#entry(hash)
    if (entry !== undefined) this.#remove(entry, { type: 'invalid' })
  }

  /** Takes out what a finalised block contains and what has waited too long. */
  onBlock(blockHash: Uint8Array, body: readonly Uint8Array[]): void {
    for (const extrinsic of body) {
      const entry = this.#entry(toHex(blake2b256(extrinsic)))
      if (entry === undefined) continue
      for (const tag of entry.provides) this.#provideByChain(tag)
      this.#remove(entry, { type: 'finalised', blockHash })
    }
    const height = this.#components.height()
    for (const entry of [...this.#ready.values(), ...this.#future.values()]) {
      if (entry.dropAt <= height) this.#remove(entry, { type: 'dropped' })
    }
    this.#promote(this.#future.values())
  }

  #isFull(length: number): boolean {
    return this.size >= poolLimits.count || this.#bytes + length > poolLimits.bytes
  }

  /** Drops what cannot be applied yet, the newest first, until `length` bytes have room. */
  #dropFuture(length: number): void {
    for (const entry of [...this.#future.values()].reverse()) {
      if (!this.#isFull(length)) return
      this.#remove(entry, { type: 'dropped' })
    }
  }

  #canBeReady({ requires }: PoolEntry): boolean {
    return [...requires].every((tag) => this.#isProvided(tag))
  }

  #entry(hash: Hex): PoolEntry | undefined {
    return this.#ready.get(hash) ?? this.#future.get(hash)
  }

  #add(entry: PoolEntry): void {
    this.#future.set(entry.hash, entry)
    this.#bytes += entry.bytes.length
    this.#perSender.set(entry.sender, (this.#perSender.get(entry.sender) ?? 0) + 1)
    for (const tag of entry.provides) this.#providers.set(tag, entry)
    for (const tag of entry.requires) this.#dependents.set(tag, (this.#dependents.get(tag) ?? new Set()).add(entry))
    this.#promote([entry])
  }

  #remove(entry: PoolEntry, status: PoolStatus): void {
    this.#demoteDependents(entry)
    this.#ready.delete(entry.hash)
    this.#future.delete(entry.hash)
    this.#bytes -= entry.bytes.length
    const left = (this.#perSender.get(entry.sender) ?? 1) - 1
    if (left > 0) this.#perSender.set(entry.sender, left)
    else this.#perSender.delete(entry.sender)
    for (const tag of entry.provides) this.#providers.delete(tag)
    for (const tag of entry.requires) {
      const dependents = this.#dependents.get(tag)
      dependents?.delete(entry)
      if (dependents?.size === 0) this.#dependents.delete(tag)
    }
    this.#tell(entry.hash, status)
    this.#watchers.delete(entry.hash)
  }

  #provideByChain(tag: Hex): void {
    for (const dependent of this.#dependents.get(tag) ?? []) dependent.requires.delete(tag)
    this.#dependents.delete(tag)
  }

  /** Makes entries ready whose tags are all provided, and then those that waited for them. */
  #promote(candidates: Iterable<PoolEntry>): void {
    const queue = [...candidates]
    let promoted = false
    for (const entry of queue) {
      if (!this.#future.has(entry.hash) || !this.#canBeReady(entry)) continue
      this.#future.delete(entry.hash)
      this.#ready.set(entry.hash, entry)
      promoted = true
      this.#tell(entry.hash, { type: 'ready' })
      for (const tag of entry.provides) queue.push(...(this.#dependents.get(tag) ?? []))
    }
    if (promoted) for (const listener of this.#readyListeners) listener()
  }

  #demoteDependents(gone: PoolEntry): void {
    const queue = [gone]
    for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
      for (const tag of entry.provides) {
        for (const dependent of this.#dependents.get(tag) ?? []) {
          if (!this.#ready.delete(dependent.hash)) continue
          this.#future.set(dependent.hash, dependent)
          queue.push(dependent)
        }
      }
    }
  }

  #isProvided(tag: Hex): boolean {
    const provider = this.#providers.get(tag)
    return provider !== undefined && this.#ready.has(provider.hash)
  }

  #tell(hash: Hex, status: PoolStatus): void {
    for (const listener of this.#watchers.get(hash) ?? []) listener(status)
  }
}

function refuse(reason: CheckTxRefusal, detail: string): Promise<CheckTxResult> {
  return Promise.resolve(refusal(reason, detail))
}

function refusal(reason: CheckTxRefusal, detail: string): CheckTxResult {
  return { ok: false, reason, detail }
}

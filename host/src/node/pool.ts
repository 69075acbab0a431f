/**
 * Transactions on their way into a block, by the runtime's tags: one is ready when what it requires (its sender's nonce
 * before) is provided by the chain or by a ready one in front of it.
 */
import { type Hex, toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { bytesOfText, byteText } from '../byte-text.ts'
import type { CheckTxRefusal, CheckTxResult, Mempool } from '../consensus/index.ts'
import type { Validated } from '../validation/index.ts'
import { type ArrivalComponents, Arrivals } from './arrivals.ts'
import { poolLimits } from './limits.ts'
import { Banned } from './pool/banned.ts'
import { type FinalStatus, type PoolEntry, type PoolStatus, placeOf, type StatusListener } from './pool/entry.ts'
import { Revalidation } from './pool/revalidation.ts'
import { Sources } from './pool/sources.ts'
import { type Moved, Waiting } from './pool/waiting.ts'

export type { PoolEntry, PoolStatus } from './pool/entry.ts'

export interface PoolComponents extends ArrivalComponents {
  /** Whether an extrinsic is in a finalised block. */
  readonly isFinalised: (hash: Uint8Array) => boolean
  /** The next nonce of an account at the newest state. */
  readonly nonceOf: (account: Uint8Array) => number
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Told of faults in work that nobody waits for. */
  readonly onFault: (where: string, cause: unknown) => void
}

/** What a new block means to those who wait. */
export interface BlockForPool {
  readonly hash: Uint8Array
  readonly number: number
  /** Hashes of its extrinsics. */
  readonly extrinsics: readonly Uint8Array[]
  /** Accounts that it changed, with their next nonce. */
  readonly accounts: Iterable<readonly [account: Uint8Array, nonce: number]>
  /** Whether the next block runs on another runtime. */
  readonly isUpgrade: boolean
}

export class Pool implements Mempool {
  readonly #components: PoolComponents
  readonly #arrivals: Arrivals
  readonly #waiting = new Waiting()
  readonly #banned = new Banned()
  readonly #sources = new Sources()
  readonly #revalidation: Revalidation
  readonly #readyListeners = new Set<() => void>()
  /** What the block that is being made has. Until it is there, nothing is told of these that it would belie. */
  readonly #inBlock = new Set<Hex>()
  #sequence = 0
  #height: number

  constructor(components: PoolComponents) {
    this.#components = components
    this.#arrivals = new Arrivals(components)
    this.#height = components.height()
    this.#revalidation = new Revalidation({
      firstOf: (sender) => this.#waiting.of(sender)?.first(),
      validated: (entry) => this.#arrivals.validated(entry.bytes),
      refused: (entry, error) => {
        if (!this.#inBlock.has(entry.hash)) this.#refuse(entry, error.value.type)
      },
      onFault: components.onFault,
    })
  }

  /**
   * Admits an extrinsic; one that waits already is accepted again without effect. What one source submits is admitted in
   * its order, whichever signature is checked first.
   * @param bytes belong to the pool from then on
   * @param source whoever submits, by identity: a connection. Who sends much garbage is silenced for a while
   */
  submit(bytes: Uint8Array, source: object = this): Promise<CheckTxResult> {
    const now = this.#components.now()
    if (this.#sources.isSilenced(source, now))
      return answer(refuse('tx.source-silenced', 'too much garbage came of it'))
    if (bytes.length > poolLimits.extrinsicBytes) {
      return answer(this.#noted(refuse('tx.too-large', `${bytes.length} bytes`), source))
    }
    const digest = blake2b256(bytes)
    const hash = toHex(digest)
    if (this.#waiting.get(hash) !== undefined) return answer({ ok: true, hash: digest })
    if (this.#banned.has(hash, now)) return answer(this.#noted(refuse('tx.banned', hash), source))
    if (this.#components.isFinalised(digest)) return answer(refuse('tx.already-imported', hash))
    const arriving = this.#arrivals.get(hash)
    if (arriving !== undefined) return arriving
    return this.#arrivals.arrive(hash, bytes, source, (validated) =>
      this.#noted(this.#admit(bytes, digest, validated), source),
    )
  }

  get size(): number {
    return this.#waiting.size
  }

  /** Of all that waits together. */
  get bytes(): number {
    return this.#waiting.bytes
  }

  hasReady(): boolean {
    return this.#waiting.hasReady()
  }

  settled(signal?: AbortSignal): Promise<void> {
    return this.#arrivals.settled(signal)
  }

  onReady(listener: () => void): () => void {
    this.#readyListeners.add(listener)
    return () => this.#readyListeners.delete(listener)
  }

  /**
   * What can be applied now: the highest tip first, each sender's in the order of nonces. Nothing is taken out; whoever
   * is slow to consume it never gets one whose predecessor he did not get, nor one that is gone.
   */
  ready(): Iterable<PoolEntry> {
    return this.#waiting.ready()
  }

  /** All that waits; what is ready comes first. */
  *pending(): Generator<Uint8Array, undefined> {
    for (const { bytes } of this.#waiting.ready()) yield bytes
    for (const entry of this.#waiting.entries()) if (!this.#waiting.isReady(entry)) yield entry.bytes
    return undefined
  }

  /** The first nonce from `from` on that none of the sender's waiting extrinsics has. */
  nextNonce(from: number, sender: Uint8Array): number {
    const chain = this.#waiting.of(byteText(sender))
    let nonce = from
    while (chain?.at(nonce) !== undefined) nonce++
    return nonce
  }

  /**
   * Follows an extrinsic that waits, beginning with its present status. The listener is dropped after a last one.
   * @returns what ends it; `undefined` if the extrinsic does not wait here or has too many watchers
   */
  watch(hash: Uint8Array, listener: StatusListener): (() => void) | undefined {
    const entry = this.#waiting.get(toHex(hash))
    if (entry === undefined || (entry.watchers?.size ?? 0) >= poolLimits.watchers) return undefined
    const watchers = entry.watchers ?? new Set()
    entry.watchers = watchers.add(listener)
    listener({ type: this.#waiting.isReady(entry) ? 'ready' : 'future' })
    return () => watchers.delete(listener)
  }

  /** A block is begun, on the newest state; another one that was begun there is not made. */
  beginBlock(): void {
    this.#inBlock.clear()
  }

  /** It is in the block that is being made: nothing replaces it, nor gets its room, before `onBlock`. */
  noteInBlock(hash: Hex): void {
    this.#inBlock.add(hash)
  }

  /** Drops what the runtime refuses when a block is built; what depends on it waits again. */
  dropInvalid(hash: Hex, reason: string): void {
    const entry = this.#waiting.get(hash)
    if (entry !== undefined) this.#refuse(entry, reason)
  }

  /** Takes out what a finalised block contains or makes impossible. Costs what the block holds, not what waits. */
  onBlock({ hash, number, extrinsics, accounts, isUpgrade }: BlockForPool): void {
    this.#inBlock.clear()
    const included = new Set(extrinsics.map(toHex))
    for (const [account, nonce] of accounts) {
      const sender = byteText(account)
      const moved = this.#waiting.moveTo(sender, nonce)
      for (const entry of moved.used) {
        end(entry, included.has(entry.hash) ? { type: 'finalised', blockHash: hash } : { type: 'invalid' })
      }
      this.#tell(moved)
      if (this.#waiting.of(sender) !== undefined) this.#revalidation.add(sender)
    }
    while (this.#height < number) {
      this.#height++
      for (const entry of this.#waiting.expiredAt(this.#height)) this.#remove(entry, { type: entry.expiry.status })
    }
    if (isUpgrade) {
      this.#arrivals.noteUpgrade()
      this.#readmitAll()
    }
    this.#revalidation.run()
  }

  #admit(bytes: Uint8Array, digest: Uint8Array, { validity, height }: Validated): CheckTxResult {
    const hash = toHex(digest)
    if (validity === 'busy') return refuse('tx.busy', 'transactions wait to be validated')
    if (!validity.ok) {
      const { type, value } = validity.error
      if (NEVER_VALID.has(value.type)) this.#banned.add(hash, this.#components.now())
      return refuse(type === 'Invalid' ? 'tx.invalid' : 'tx.unknown-validity', value.type)
    }
    const place = placeOf(validity.value)
    if (place === undefined) return refuse('tx.unknown-validity', 'it provides more than a nonce')
    const { priority, longevity } = validity.value
    const isMortal = longevity <= BigInt(poolLimits.lifetimeBlocks)
    let { isNext } = place
    if (height < this.#height) {
      // As the runtime would say now, for a tenth of the cost; what else may have changed is looked at when it is its turn.
      const next = this.#components.nonceOf(bytesOfText(place.sender))
      if (place.nonce < next) return refuse('tx.invalid', 'Stale')
      if (isMortal && height + Number(longevity) <= this.#height) return refuse('tx.invalid', 'AncientBirthBlock')
      isNext = place.nonce === next
    }
    const entry: PoolEntry = {
      ...place,
      isNext,
      hash,
      bytes,
      priority,
      expiry: {
        // A block of this height may hold it, the next one not.
        height: height + (isMortal ? Math.max(1, Number(longevity)) : poolLimits.lifetimeBlocks),
        status: isMortal ? 'invalid' : 'dropped',
      },
      sequence: ++this.#sequence,
      watchers: undefined,
    }
    const old = this.#waiting.of(entry.sender)?.at(entry.nonce)
    if (old !== undefined && (priority < leastToReplace(old.priority) || this.#inBlock.has(old.hash)))
      return refuse('tx.nonce-taken', hash)
    const room = this.#waiting.roomFor(entry, old)
    if (!room.ok || room.victims.some((victim) => this.#inBlock.has(victim.hash))) {
      const reason = !room.ok && room.full === 'sender' ? 'tx.sender-limit' : 'tx.pool-full'
      return refuse(reason, `${this.size} extrinsics wait`)
    }
    for (const victim of room.victims) this.#remove(victim, { type: 'dropped' })
    if (old === undefined) {
      this.#tell(this.#waiting.add(entry))
    } else {
      this.#waiting.replace(old, entry)
      end(old, { type: 'usurped', by: hash })
    }
    return { ok: true, hash: digest }
  }

  /** Counts what its source could have known, or what cost us a signature for nothing. */
  #noted(result: CheckTxResult, source: object): CheckTxResult {
    if (!result.ok && GARBAGE.has(result.reason)) this.#sources.noteRefusal(source, this.#components.now())
    return result
  }

  #refuse(entry: PoolEntry, reason: string): void {
    if (NEVER_VALID.has(reason)) this.#banned.add(entry.hash, this.#components.now())
    this.#remove(entry, { type: 'invalid' })
  }

  /** Under another runtime anything may differ: signatures, fees, tags. So all arrive again, those first that came first. */
  #readmitAll(): void {
    this.#banned.clear()
    const all = [...this.#waiting.entries()]
    for (const entry of all) this.#waiting.remove(entry)
    this.#revalidation.readmit(all, (entry, validated) => {
      if (validated === undefined) return end(entry, { type: 'dropped' })
      const result = this.#admit(entry.bytes, blake2b256(entry.bytes), validated)
      const again = this.#waiting.get(entry.hash)
      if (again === undefined)
        return end(entry, { type: result.ok || result.reason !== 'tx.invalid' ? 'dropped' : 'invalid' })
      for (const listener of entry.watchers ?? []) this.watch(blake2b256(entry.bytes), listener)
    })
  }

  #remove(entry: PoolEntry, status: FinalStatus): void {
    const moved = this.#waiting.remove(entry)
    end(entry, status)
    this.#tell(moved)
  }

  #tell({ ready, future }: Moved): void {
    for (const entry of ready) tell(entry, { type: 'ready' })
    for (const entry of future) tell(entry, { type: 'future' })
    if (ready.length > 0) for (const listener of this.#readyListeners) listener()
  }
}

/** Refusals that no later block changes. */
const NEVER_VALID: ReadonlySet<string> = new Set([
  'Call',
  'BadProof',
  'BadSigner',
  'MandatoryValidation',
  'NoUnsignedValidator',
  /** The runtime failed on it when a block was built. */
  'Fault',
])

const GARBAGE: ReadonlySet<CheckTxRefusal> = new Set(['tx.invalid', 'tx.unknown-validity', 'tx.too-large', 'tx.banned'])

/** A tenth more than the old one, at least 1: otherwise each signature of its sender would cost us a check for nothing. */
function leastToReplace(priority: bigint): bigint {
  return priority + (priority < 10n ? 1n : priority / 10n)
}

function end(entry: PoolEntry, status: FinalStatus): void {
  tell(entry, status)
  entry.watchers = undefined
}

function tell({ watchers }: PoolEntry, status: PoolStatus): void {
  for (const listener of watchers ?? []) listener(status)
}

function refuse(reason: CheckTxRefusal, detail: string): CheckTxResult {
  return { ok: false, reason, detail }
}

function answer(result: CheckTxResult): Promise<CheckTxResult> {
  return Promise.resolve(result)
}

/**
 * Transactions on their way into the pool: the runtime looks at them, and their signatures are checked. Each source's arrive
 * in the order in which it sent them, whichever is looked at first.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Hex } from '@pha/core/codec'
import type { CheckTxResult } from '../consensus/index.ts'
import type { Validated } from '../validation/index.ts'
import { poolLimits } from './limits.ts'

export interface ArrivalComponents {
  /** Asks the runtime at the newest state, and checks signatures. */
  readonly validate: (extrinsic: Uint8Array) => Promise<Validated>
  readonly height: () => number
}

/** Runtimes that replace one another at each of this many checks in a row: the node cannot keep up. */
const ATTEMPTS = 8

export class Arrivals {
  readonly #components: ArrivalComponents
  readonly #byHash = new Map<Hex, Promise<CheckTxResult>>()
  /** The latest arrival of each source that has not gone. */
  readonly #latest = new WeakMap<object, Promise<unknown>>()
  #bytes = 0
  #upgrades = 0
  /** Who waits until nothing is on its way. */
  readonly #onSettled = new Set<() => void>()

  constructor(components: ArrivalComponents) {
    this.#components = components
  }

  /** The answer to come for one that is on its way. */
  get(hash: Hex): Promise<CheckTxResult> | undefined {
    return this.#byHash.get(hash)
  }

  /**
   * Has a transaction validated and gives the outcome to `settle`, whose answer this resolves with: a refusal at once, all
   * else after what `source` sent before.
   */
  arrive(
    hash: Hex,
    bytes: Uint8Array,
    source: object,
    settle: (validated: Validated) => CheckTxResult,
  ): Promise<CheckTxResult> {
    if (this.#bytes + bytes.length > poolLimits.arrivingBytes)
      return Promise.resolve(settle({ validity: 'busy', height: this.#components.height() }))
    this.#bytes += bytes.length
    const result = this.#settleInOrder(hash, bytes, this.#latest.get(source), settle)
    this.#byHash.set(hash, result)
    this.#latest.set(source, result)
    return result
  }

  /** Resolves once nothing is on its way, nor comes with the next turn of the event loop; or when `signal` aborts. */
  async settled(signal?: AbortSignal): Promise<void> {
    do {
      if (this.#byHash.size > 0) await this.#nothingArrives(signal)
      await nextTurn()
    } while (this.#byHash.size > 0 && signal?.aborted !== true)
  }

  /** Whoever waits no longer leaves nothing behind: under load there is always something on its way. */
  #nothingArrives(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const done = (): void => {
        this.#onSettled.delete(done)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      this.#onSettled.add(done)
      signal?.addEventListener('abort', done)
    })
  }

  /** What was said before this holds no more: another runtime is in force. */
  noteUpgrade(): void {
    this.#upgrades++
  }

  /** What the runtime says of a transaction, signatures checked. */
  validated(bytes: Uint8Array): Promise<Validated> {
    return this.#validate(bytes, undefined, (validated) => validated)
  }

  async #settleInOrder(
    hash: Hex,
    bytes: Uint8Array,
    before: Promise<unknown> | undefined,
    settle: (validated: Validated) => CheckTxResult,
  ): Promise<CheckTxResult> {
    try {
      return await this.#validate(bytes, before, settle)
    } finally {
      this.#byHash.delete(hash)
      this.#bytes -= bytes.length
      if (this.#byHash.size === 0) for (const done of [...this.#onSettled]) done()
    }
  }

  /**
   * Asks the runtime, and gives what it said to `use`: a refusal at once, all else after `before`. Blocks may have gone by
   * meanwhile, so that the sender's next nonce is another one; what another runtime said counts no more.
   */
  async #validate<T>(
    bytes: Uint8Array,
    before: Promise<unknown> | undefined,
    use: (validated: Validated) => T,
  ): Promise<T> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const upgrades = this.#upgrades
      const validated = await this.#components.validate(bytes)
      // How that one went is its submitter's affair.
      if (before !== undefined && !isRefused(validated)) await before.then(ignore, ignore)
      if (upgrades === this.#upgrades) return use(validated)
    }
    return use({ validity: 'busy', height: this.#components.height() })
  }
}

function isRefused({ validity }: Validated): boolean {
  return validity !== 'busy' && !validity.ok
}

function ignore(): void {}

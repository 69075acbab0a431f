/**
 * Transactions on their way into the pool: the runtime has looked at them, threads check their signatures. Each source's
 * arrive in the order in which it sent them, whichever signature is checked first.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Hex } from '@pha/core/codec'
import type { TransactionValidity } from '@pha/runtime/interface'
import type { CheckTxResult } from '../consensus/index.ts'
import type { SignatureCheck, Verdict } from '../signatures/index.ts'
import { poolLimits } from './limits.ts'
import type { Provisional } from './validate.ts'

export interface ArrivalComponents {
  /** Asks the runtime at the newest state, signatures taken on trust. */
  readonly validate: (extrinsic: Uint8Array) => Provisional
  readonly checkSignature: (check: SignatureCheck) => Promise<Verdict>
  readonly height: () => number
}

/** What the runtime said once signatures are checked, and after which block; `busy` if they were not checked. */
export interface Validated {
  readonly validity: TransactionValidity | 'busy'
  readonly height: number
  /** How many there had been: what another runtime said counts no more. */
  readonly upgrades: number
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
   * Has a transaction validated and gives the outcome to `settle`, whose answer this resolves with. A refusal that needs
   * no signature is settled at once; all else after what `source` sent before.
   */
  arrive(
    hash: Hex,
    bytes: Uint8Array,
    source: object,
    settle: (validated: Validated) => CheckTxResult,
  ): Promise<CheckTxResult> {
    if (this.#bytes + bytes.length > poolLimits.arrivingBytes)
      return Promise.resolve(settle({ ...this.#now(), validity: 'busy' }))
    const first = this.#ask(bytes)
    if (!first.validity.ok) return Promise.resolve(settle(first))
    this.#bytes += bytes.length
    const result = this.#settleInOrder(hash, bytes, first, this.#latest.get(source), settle)
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

  /**
   * What the runtime says of a transaction, signatures checked. Blocks may have gone by since it was asked, so that the
   * sender's next nonce is another one.
   */
  async validated(bytes: Uint8Array, first: Asked = this.#ask(bytes)): Promise<Validated> {
    let asked = first
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const [only, ...others] = asked.checks.map(this.#components.checkSignature)
      const verdicts = others.length === 0 ? [await only] : await Promise.all([only, ...others])
      if (verdicts.includes('forged')) return { ...asked, validity: BAD_PROOF }
      if (verdicts.includes('busy')) return { ...asked, validity: 'busy' }
      if (asked.upgrades === this.#upgrades) return asked
      asked = this.#ask(bytes)
      if (!asked.validity.ok || asked.checks.length === 0) return asked
    }
    return { ...asked, validity: 'busy' }
  }

  async #settleInOrder(
    hash: Hex,
    bytes: Uint8Array,
    first: Asked,
    before: Promise<unknown> | undefined,
    settle: (validated: Validated) => CheckTxResult,
  ): Promise<CheckTxResult> {
    try {
      const validated = await this.validated(bytes, first)
      // How that one went is its submitter's affair.
      await before?.then(ignore, ignore)
      if (validated.upgrades === this.#upgrades) return settle(validated)
      const now = this.#ask(bytes)
      return settle(now.checks.length === 0 ? now : { ...now, validity: 'busy' })
    } finally {
      this.#byHash.delete(hash)
      this.#bytes -= bytes.length
      if (this.#byHash.size === 0) for (const done of [...this.#onSettled]) done()
    }
  }

  #now(): Omit<Validated, 'validity'> {
    return { height: this.#components.height(), upgrades: this.#upgrades }
  }

  #ask(bytes: Uint8Array): Asked {
    return { ...this.#components.validate(bytes), ...this.#now() }
  }
}

interface Asked extends Provisional, Omit<Validated, 'validity'> {}

const BAD_PROOF: TransactionValidity = { ok: false, error: { type: 'Invalid', value: { type: 'BadProof' } } }

function ignore(): void {}

/**
 * Transactions on their way into the pool: the runtime has looked at them, threads check their signatures. Each source's
 * arrive in the order in which it sent them, whichever signature is checked first.
 */
import type { Hex } from '@pha/core/codec'
import type { TransactionValidity } from '@pha/runtime/chain'
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

/** What the runtime says at the newest state once signatures are checked; `busy` if they were not. */
export type Validated = TransactionValidity | 'busy'

/** A head that moves at each of this many checks in a row is a node that cannot keep up. */
const ATTEMPTS = 8

export class Arrivals {
  readonly #components: ArrivalComponents
  readonly #byHash = new Map<Hex, Promise<CheckTxResult>>()
  /** The latest arrival of each source that has not gone. */
  readonly #latest = new WeakMap<object, Promise<unknown>>()
  #bytes = 0

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
    if (this.#bytes + bytes.length > poolLimits.arrivingBytes) return Promise.resolve(settle('busy'))
    const first = this.#ask(bytes)
    if (!first.validity.ok) return Promise.resolve(settle(first.validity))
    this.#bytes += bytes.length
    const result = this.#settleInOrder(hash, bytes, first, this.#latest.get(source), settle)
    this.#byHash.set(hash, result)
    this.#latest.set(source, result)
    return result
  }

  /** What the runtime says of a transaction, signatures checked. */
  async validated(bytes: Uint8Array, first: Asked = this.#ask(bytes)): Promise<Validated> {
    let asked = first
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const [only, ...others] = asked.checks.map(this.#components.checkSignature)
      const verdicts = others.length === 0 ? [await only] : await Promise.all([only, ...others])
      if (verdicts.includes('forged')) return BAD_PROOF
      if (verdicts.includes('busy')) return 'busy'
      if (asked.height === this.#components.height()) return asked.validity
      // Blocks went by: its nonce may be the next one now, or gone. Its signatures are known, so this takes no wait.
      asked = this.#ask(bytes)
      if (!asked.validity.ok || asked.checks.length === 0) return asked.validity
    }
    return 'busy'
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
      if (validated === 'busy' || !validated.ok || first.height === this.#components.height()) return settle(validated)
      // Waiting for others took blocks too.
      const now = this.#ask(bytes)
      return settle(now.checks.length === 0 ? now.validity : 'busy')
    } finally {
      this.#byHash.delete(hash)
      this.#bytes -= bytes.length
    }
  }

  #ask(bytes: Uint8Array): Asked {
    return { ...this.#components.validate(bytes), height: this.#components.height() }
  }
}

interface Asked extends Provisional {
  readonly height: number
}

const BAD_PROOF: TransactionValidity = { ok: false, error: { type: 'Invalid', value: { type: 'BadProof' } } }

function ignore(): void {}

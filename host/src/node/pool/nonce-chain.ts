/** For tests: the smallest chain with nonces, fees and signatures, to run a pool on. */
import { concatBytes, equalBytes, type Hex, toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { t } from '@pha/core/schema'
import { RuntimeError } from '@pha/runtime/frame'
import type { TransactionValidity } from '@pha/runtime/interface'
import type { SignatureCheck, Verdict } from '../../signatures/index.ts'
import { type Provisional, validateHere } from '../../validation/index.ts'
import { Pool } from '../pool.ts'

/** A transaction is a sender, a nonce, a tip, whether its signature is good, and bytes that make two of them differ. */
const Transaction = t.struct('Transaction', {
  sender: t.u8,
  nonce: t.u32,
  tip: t.u32,
  forged: t.bool,
  memo: t.bytes,
})

export interface Wish {
  readonly tip?: number
  readonly forged?: boolean
  /** Bytes. */
  readonly memo?: number
}

export function account(sender: number): Uint8Array {
  return new Uint8Array(32).fill(sender)
}

export class NonceChain {
  readonly finalised = new Set<Hex>()
  readonly nonces = new Map<number, number>()
  /** Senders who cannot pay. */
  readonly poor = new Set<number>()
  /** Senders whose transactions the runtime fails on. */
  readonly fatal = new Set<number>()
  readonly faults: unknown[] = []
  height = 0
  nowMs = 0
  longevity = 64n
  /** How often it was asked, and for signatures. */
  validated = 0
  checked = 0
  /** The thread's answer to a check. */
  verdict: (check: SignatureCheck, forged: boolean) => Promise<Verdict> = async (_, forged) =>
    forged ? 'forged' : 'holds'
  readonly #held = new Set<string>()

  transaction(sender: number, nonce: number, { tip = 0, forged = false, memo = 0 }: Wish = {}): Uint8Array {
    return Transaction.encode({ sender, nonce, tip, forged, memo: new Uint8Array(memo) })
  }

  read(bytes: Uint8Array) {
    return Transaction.decode(bytes)
  }

  pool(): Pool {
    const validate = validateHere({
      validate: (bytes) => this.#validate(bytes),
      checkSignature: async (check) => {
        this.checked++
        const { forged } = this.read(check.message)
        const verdict = await this.verdict(check, forged)
        if (verdict === 'holds') this.#held.add(this.#name(check.message))
        return verdict
      },
      height: () => this.height,
    })
    return new Pool({
      validate,
      isFinalised: (hash) => this.finalised.has(toHex(hash)),
      nonceOf: (of) => {
        const known = [...this.nonces].find(([sender]) => equalBytes(account(sender), of))
        return known?.[1] ?? 0
      },
      height: () => this.height,
      now: () => this.nowMs,
      onFault: (_, cause) => this.faults.push(cause),
    })
  }

  /** Makes a block of these, and of nothing that is not the sender's next. */
  finalise(pool: Pool, body: readonly Uint8Array[], isUpgrade = false): void {
    this.height++
    const changed = new Set<number>(this.poor)
    for (const bytes of body) {
      const { sender, nonce } = this.read(bytes)
      if (nonce !== (this.nonces.get(sender) ?? 0)) throw new Error(`nonce ${nonce} of ${sender} is not the next one`)
      this.nonces.set(sender, nonce + 1)
      this.finalised.add(toHex(blake2b256(bytes)))
      changed.add(sender)
    }
    pool.onBlock({
      hash: new Uint8Array(32).fill(this.height),
      number: this.height,
      extrinsics: body.map((bytes) => blake2b256(bytes)),
      accounts: [...changed].map((sender) => [account(sender), this.nonces.get(sender) ?? 0] as const),
      isUpgrade,
    })
  }

  #name(bytes: Uint8Array): string {
    const { memo, ...rest } = this.read(bytes)
    return JSON.stringify({ ...rest, memo: memo.length })
  }

  #validate(bytes: Uint8Array): Provisional {
    this.validated++
    const { sender, nonce, tip } = this.read(bytes)
    if (this.fatal.has(sender)) throw new RuntimeError('runtime.fault', 'as this chain is told')
    const next = this.nonces.get(sender) ?? 0
    if (nonce < next) return refused('Stale')
    if (this.poor.has(sender)) return refused('Payment')
    const tag = (n: number): Uint8Array => concatBytes(account(sender), t.u32.encode(n))
    const requires = nonce > next ? [tag(nonce - 1)] : []
    const validity: TransactionValidity = {
      ok: true,
      value: { priority: BigInt(tip), requires, provides: [tag(nonce)], longevity: this.longevity, propagate: true },
    }
    const check: SignatureCheck = {
      scheme: 'Sr25519',
      signature: new Uint8Array(64),
      message: bytes,
      account: account(sender),
    }
    return { validity, checks: this.#held.has(this.#name(bytes)) ? [] : [check] }
  }
}

function refused(type: 'Stale' | 'Payment'): Provisional {
  return { validity: { ok: false, error: { type: 'Invalid', value: { type } } }, checks: [] }
}

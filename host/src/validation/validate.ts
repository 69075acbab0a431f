/** Asks the runtime about a transaction without waiting for its signatures. */
import { RuntimeError } from '@pha/runtime/frame'
import { TransactionSource, TransactionValidity } from '@pha/runtime/interface'
import type { HeldSignatures, SignatureCheck, Verdict, Verify } from '../signatures/index.ts'
import { Slab } from '../slab.ts'

export interface Provisional {
  /** What the runtime says at the newest state if all of `checks` hold; if one does not, it says `BadProof`. */
  readonly validity: TransactionValidity
  /** Signatures that it asked about and nobody has checked yet. */
  readonly checks: readonly SignatureCheck[]
}

/** A state, and the hash of its block. */
export interface StateToAsk {
  readonly blockHash: Uint8Array
  readonly call: (method: string, input: Uint8Array, verify: Verify) => Uint8Array
}

export const BAD_PROOF: TransactionValidity = { ok: false, error: { type: 'Invalid', value: { type: 'BadProof' } } }

/** Cheap refusals (nonce, fee, size, era) come before the cost of a signature: the runtime is told that it holds. */
export function validate({ blockHash, call }: StateToAsk, held: HeldSignatures, extrinsic: Uint8Array): Provisional {
  const checks: SignatureCheck[] = []
  const verify: Verify = (scheme, signature, message, account) => {
    const check = { scheme, signature, message, account }
    if (!held.has(check)) checks.push(check)
    return true
  }
  try {
    return { validity: TransactionValidity.decode(call(VALIDATE, inputOf(extrinsic, blockHash), verify)), checks }
  } catch (cause) {
    if (!(cause instanceof RuntimeError) || cause.code !== 'runtime.bad-input') throw cause
    return { validity: { ok: false, error: { type: 'Invalid', value: { type: 'Call' } } }, checks: [] }
  }
}

/** What the runtime says once signatures are checked; `busy` if they were not. */
export interface Validated {
  readonly validity: TransactionValidity | 'busy'
  /** Of the block whose state was asked. */
  readonly height: number
}

export interface ValidateHereInit {
  readonly validate: (extrinsic: Uint8Array) => Provisional
  readonly checkSignature: (check: SignatureCheck) => Promise<Verdict>
  readonly height: () => number
}

/** Runs the runtime on this thread, and has signatures checked on others. */
export function validateHere({ validate, checkSignature, height }: ValidateHereInit) {
  return async (extrinsic: Uint8Array): Promise<Validated> => {
    const asked = { ...validate(extrinsic), height: height() }
    if (!asked.validity.ok || asked.checks.length === 0) return asked
    const verdicts = await Promise.all(asked.checks.map(checkSignature))
    if (verdicts.includes('forged')) return { ...asked, validity: BAD_PROOF }
    return verdicts.includes('busy') ? { ...asked, validity: 'busy' } : asked
  }
}

const VALIDATE = 'TaggedTransactionQueue_validate_transaction'
const EXTERNAL = TransactionSource.encode({ type: 'External' })

/** Inputs last as long as the call. */
const inputs = new Slab()

function inputOf(extrinsic: Uint8Array, blockHash: Uint8Array): Uint8Array {
  const input = inputs.take(EXTERNAL.length + extrinsic.length + blockHash.length)
  input.set(EXTERNAL)
  input.set(extrinsic, EXTERNAL.length)
  input.set(blockHash, EXTERNAL.length + extrinsic.length)
  return input
}

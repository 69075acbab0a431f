/** Asks the runtime about a transaction without waiting for its signature, which a thread checks meanwhile. */
import { concatBytes } from '@pha/core/codec'
import { RuntimeError } from '@pha/runtime/frame'
import { TransactionSource, TransactionValidity } from '@pha/runtime/interface'
import type { SignatureCheck } from '../signatures/index.ts'
import type { Chain } from './chain.ts'
import type { HeldSignatures } from './signature-checks.ts'

export interface Provisional {
  /** What the runtime says at the newest state if all of `checks` hold; if one does not, it says `BadProof`. */
  readonly validity: TransactionValidity
  /** Signatures that it asked about and nobody has checked yet. */
  readonly checks: readonly SignatureCheck[]
}

/** Cheap refusals (nonce, fee, size, era) come before the cost of a signature: the runtime is told that it holds. */
export function validate(chain: Chain, held: HeldSignatures, extrinsic: Uint8Array): Provisional {
  const checks: SignatureCheck[] = []
  const state = chain.stateAt(chain.head.hash, (scheme, signature, message, account) => {
    const check = { scheme, signature, message, account }
    if (!held.has(check)) checks.push(check)
    return true
  })
  try {
    const input = concatBytes(EXTERNAL, extrinsic, chain.head.hash)
    const validity = TransactionValidity.decode(state.call('TaggedTransactionQueue_validate_transaction', input))
    return { validity, checks }
  } catch (cause) {
    if (!(cause instanceof RuntimeError) || cause.code !== 'runtime.bad-input') throw cause
    return { validity: { ok: false, error: { type: 'Invalid', value: { type: 'Call' } } }, checks: [] }
  }
}

const EXTERNAL = TransactionSource.encode({ type: 'External' })

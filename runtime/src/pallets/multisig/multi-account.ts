/** The account that a group of signatories shares. */
import { utf8Encode } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { t } from '@pha/core/schema'

const Entropy = t.struct('MultisigEntropy', {
  prefix: t.fixedBytes(16),
  signatories: t.vec(t.accountId),
  threshold: t.u16,
})

/** Substrate's; the pallet was once a part of Utility. */
const PREFIX = utf8Encode('modlpy/utilisuba')

/** `signatories` in ascending order. */
export function multiAccount(signatories: readonly Uint8Array[], threshold: number): Uint8Array {
  return blake2b256(Entropy.encode({ prefix: PREFIX, signatories, threshold }))
}

/** Accounts that follow from another one: no key exists for them, whoever holds the first speaks for all. */
import { concatBytes, utf8Encode } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { t } from '@pha/core/schema'

const PREFIX = utf8Encode('modlpy/utilisuba')

/**
 * Number `index` of `who`: blake2b-256 of Substrate's prefix, the account and the number.
 * @example
 * const savings = derivativeAccount(alice, 1)
 */
export function derivativeAccount(who: Uint8Array, index: number): Uint8Array {
  return blake2b256(concatBytes(PREFIX, who, t.u16.encode(index)))
}

/** The address of an account without a key: it follows from who created it, when, and for what. */
import { utf8Encode } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { type Infer, t } from '@pha/core/schema'
import { ProxyType } from './schema.ts'

const Entropy = t.struct('PureEntropy', {
  prefix: t.fixedBytes(16),
  spawner: t.accountId,
  height: t.u32,
  extrinsicIndex: t.u32,
  proxyType: ProxyType,
  index: t.u16,
})

const PREFIX = utf8Encode('modlpy/proxy____')

/** Substrate's formula. */
export function pureAccount(from: Omit<Infer<typeof Entropy>, 'prefix'>): Uint8Array {
  return blake2b256(Entropy.encode({ ...from, prefix: PREFIX }))
}

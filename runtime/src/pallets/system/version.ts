/** What this runtime is called, and by which version of which interfaces it answers. */

import { utf8Encode } from '@pha/core/codec'
import { blake2b64 } from '@pha/core/crypto'
import { type Infer, t } from '@pha/core/schema'
import { SPEC_VERSION } from './spec-version.ts'

export const RuntimeVersion = t.named(
  ['sp_version', 'RuntimeVersion'],
  t.struct('RuntimeVersion', {
    specName: t.text,
    implName: t.text,
    authoringVersion: t.u32,
    specVersion: t.u32,
    implVersion: t.u32,
    apis: t.vec(t.tuple(t.fixedBytes(8), t.u32)),
    transactionVersion: t.u32,
    systemVersion: t.u8,
  }),
)
export type RuntimeVersion = Infer<typeof RuntimeVersion>

/** Runtime APIs that clients may call, with the version whose shapes we follow. */
export const API_VERSIONS = {
  // 4, not 5: `initialize_block` answers nothing.
  Core: 4,
  Metadata: 2,
  TaggedTransactionQueue: 3,
  AccountNonceApi: 1,
  TransactionPaymentApi: 4,
  RegistryApi: 1,
  KeysApi: 2,
} as const

export const RUNTIME_VERSION: RuntimeVersion = {
  specName: 'phala',
  implName: 'phala-ts',
  authoringVersion: 1,
  specVersion: SPEC_VERSION,
  implVersion: 1,
  apis: Object.entries(API_VERSIONS).map(([name, version]) => [blake2b64(utf8Encode(name)), version] as const),
  // Raised when the bytes of an old call or extension change their meaning.
  transactionVersion: 2,
  // State trie version 1, extrinsics root version 0.
  systemVersion: 1,
}

/**
 * The digest of this runtime's metadata (RFC-78), which wallets sign in mode 1 of CheckMetadataHash.
 * Generated: `UPDATE_VECTORS=1 node --test runtime/src/chain/metadata.test.ts`.
 */
export const METADATA_DIGEST = {
  /** Of the runtime that it was made for; any other refuses mode 1. */
  specVersion: 8,
  digest: '0xb81b6c19728a90a9cc1812dd1da3835535fef3d687ead2dd3b5ae811527509be',
} as const

/**
 * The digest of this runtime's metadata (RFC-78), which wallets sign in mode 1 of CheckMetadataHash.
 * Generated: `UPDATE_VECTORS=1 node --test runtime/src/chain/metadata.test.ts`.
 */
export const METADATA_DIGEST = {
  /** Of the runtime that it was made for; any other refuses mode 1. */
  specVersion: 6,
  digest: '0x2d318d7ed47c0f09377fc6c296867bbd8feb6e77fe14aa4a88fc5071e5f9fc55',
} as const

/**
 * The digest of this runtime's metadata (RFC-78), which wallets sign in mode 1 of CheckMetadataHash.
 * Generated: `UPDATE_VECTORS=1 node --test runtime/src/chain/metadata.test.ts`.
 */
export const METADATA_DIGEST = {
  /** Of the runtime that it was made for; any other refuses mode 1. */
  specVersion: 4,
  digest: '0x0d43a5c4f847df61c7da969fc587c60e5fc16bfbd3909db6dcef0dc17fe641b7',
} as const

/**
 * The digest of this runtime's metadata (RFC-78), which wallets sign in mode 1 of CheckMetadataHash.
 * Generated: `UPDATE_VECTORS=1 node --test runtime/src/chain/metadata.test.ts`.
 */
export const METADATA_DIGEST = {
  /** Of the runtime that it was made for; any other refuses mode 1. */
  specVersion: 1,
  digest: '0xf06a50ed5e3c74fcb73855317c2599c4e10f963278e116a922aee87dbde65458',
} as const

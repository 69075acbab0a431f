/**
 * The digest of this runtime's metadata (RFC-78), which wallets sign in mode 1 of CheckMetadataHash.
 * Generated: `UPDATE_VECTORS=1 node --test runtime/src/chain/metadata.test.ts`.
 */
export const METADATA_DIGEST = {
  /** Of the runtime that it was made for; any other refuses mode 1. */
  specVersion: 3,
  digest: '0x0791e581e79302c8d34e85d911abeb744199f8bc43668189002a70086a01a00b',
} as const

/**
 * The digest of this runtime's metadata (RFC-78), which wallets sign in mode 1 of CheckMetadataHash.
 * Generated: `UPDATE_VECTORS=1 node --test runtime/src/chain/metadata.test.ts`.
 */
export const METADATA_DIGEST = {
  /** Of the runtime that it was made for; any other refuses mode 1. */
  specVersion: 4,
  digest: '0x8fde2a86775dcd9b288dcd5887263e5646e82aa351997a9b32cb4724e2e665f5',
} as const

/** Content-addressed storage of a worker's host, and what it gets from other hosts. */
export type { BlobErrorCode } from './blob-error.ts'
export { type BlobStore, openBlobStore } from './blob-store.ts'
export { cidText, parseCidText } from './cid-text.ts'
export { endpointUrl, fetchBounded } from './fetch-bounded.ts'
export { fetchFromPeers, type PeerOptions } from './fetch-from-peers.ts'
export { findSnapshot, openSnapshotIndex, type SnapshotIndex, snapshotPointerJson } from './snapshot-index.ts'

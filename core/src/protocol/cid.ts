/** Content identifiers of blobs: CIDv1, raw bytes, SHA-256 (multiformats); the only form that this network uses. */
import { concatBytes } from '../codec/index.ts'
import { sha256 } from '../crypto/hash.ts'

/** CID version 1, codec raw (0x55), multihash sha2-256 (0x12) of 32 bytes. */
const PREFIX = Uint8Array.of(0x01, 0x55, 0x12, 0x20)

/**
 * The binary CID of a blob, 36 bytes. A blob from a stranger is the right one when its own CID is.
 * @example
 * if (!equalBytes(cidOf(blob), commit.deltaCid)) return { ok: false, reason: 'blob.forged' }
 */
export function cidOf(blob: Uint8Array): Uint8Array {
  return concatBytes(PREFIX, sha256(blob))
}

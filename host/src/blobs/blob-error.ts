/** What a blob store refuses. Codes are stable. */

export type BlobErrorCode =
  /** Larger than any blob of this network may be. */
  | 'blobs.too-large'
  /** Not a CIDv1 of raw bytes with SHA-256. */
  | 'blobs.bad-cid'
  /** The bytes have another CID. */
  | 'blobs.wrong-cid'

export class BlobError extends Error {
  override readonly name = 'BlobError'
  readonly code: BlobErrorCode

  constructor(code: BlobErrorCode, detail: string) {
    super(`${code}: ${detail}`)
    this.code = code
  }
}

/** What a blob store refuses. Codes are stable. */
import { CodedError } from '@pha/core/codec'

export type BlobErrorCode =
  /** Larger than any blob of this network may be. */
  | 'blobs.too-large'
  /** Not a CIDv1 of raw bytes with SHA-256. */
  | 'blobs.bad-cid'
  /** The bytes have another CID. */
  | 'blobs.wrong-cid'

export class BlobError extends CodedError<BlobErrorCode> {
  override readonly name = 'BlobError'
}

/** Why a TEE gives no evidence: its kernel or agent failed, refused, or answered what nobody asked for. */
import { CodedError } from '@pha/core/codec'

export type TeeErrorCode =
  /** Nothing of this machine shows a TEE that this build knows. */
  | 'tee.none'
  /** There is one, but set up so that its evidence would convince nobody. */
  | 'tee.unsupported'
  /** A system call or a socket failed. */
  | 'tee.failed'
  /** The kernel kept saying that it was busy, or others kept writing into our request. */
  | 'tee.busy'
  | 'tee.timeout'
  /** The answer is larger than any genuine one. */
  | 'tee.oversize'
  /** The answer does not have its form. */
  | 'tee.malformed'
  /** The agent answered with an error. */
  | 'tee.refused'
  /** The evidence was made for other report data. */
  | 'tee.other-report-data'
  /** SEV-SNP: the certificate of the key that signs reports is missing. */
  | 'tee.no-certificate'

export class TeeError extends CodedError<TeeErrorCode> {
  override readonly name = 'TeeError'
}

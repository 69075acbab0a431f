/** What is wrong with the files that a package is made of, or that a measurement is computed from. */
import { CodedError } from '@pha/core/codec'

export type PackagingErrorCode =
  | 'packaging.bad-arguments'
  | 'packaging.no-file'
  | 'packaging.file-too-large'
  /** A file of the image has other bytes than `enclave/packaging/image.lock.json` names. */
  | 'packaging.file-differs'
  | 'packaging.bad-template'
  | 'packaging.bad-app-compose'
  | 'packaging.bad-event-log'
  /** Newer versions of dstack's events hash another form of an event, which is not settled yet. */
  | 'packaging.event-version'
  | 'packaging.bad-eif'
  | 'packaging.bad-firmware'
  /** A kernel was given, and this firmware has no place for its hash: it would boot any kernel. */
  | 'packaging.kernel-unmeasured'

export class PackagingError extends CodedError<PackagingErrorCode> {
  protected static override readonly codeInMessage = false
  override readonly name = 'PackagingError'
}

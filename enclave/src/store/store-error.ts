/** Errors of the sealed store. None is answered by making new keys: that would hide a loss, or an attack. */
import { CodedError } from '@pha/core/codec'

export type StoreErrorCode =
  /** The file can't be opened: damaged, or sealed by another program, machine or kind of enclave. */
  | 'store.unreadable'
  /** The file opens and does not have the form that this build writes. */
  | 'store.malformed'
  /** The file belongs to another chain. */
  | 'store.other-chain'
  /** A journal has no room, since it could not be replaced by a shorter one. */
  | 'store.full'

export class StoreError extends CodedError<StoreErrorCode> {
  override readonly name = 'StoreError'
}

/** The error of a broken promise by the caller of a primitive: a wrong key length, a wiped secret, an unusable public key. */
import { CodedError } from '@pha/core/codec'

export type CryptoErrorCode =
  | 'crypto.wrong-length'
  | 'crypto.secret-wiped'
  | 'crypto.plaintext-too-long'
  | 'crypto.bad-public-key'
  | 'crypto.bad-derivation-path'
  | 'session.closed'
  | 'session.exhausted'
  | 'session.window-full'
  | 'session.answered'

/** Carries a stable `code`; the message never holds secret bytes. */
export class CryptoError extends CodedError<CryptoErrorCode> {
  protected static override readonly codeInMessage = false
  override readonly name = 'CryptoError'
}

/** @throws CryptoError `crypto.wrong-length` unless `bytes` has exactly `length` bytes */
export function assertLength(what: string, bytes: { readonly length: number }, length: number): void {
  if (bytes.length !== length) {
    throw new CryptoError('crypto.wrong-length', `${what} has ${bytes.length} bytes, expected ${length}`)
  }
}

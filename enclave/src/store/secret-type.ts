/** Secrets in the sealed store: bytes in the file's plaintext, a `Secret` everywhere else. */
import { Secret } from '@pha/core/crypto'
import { type Type, t } from '@pha/core/schema'

/**
 * A secret of exactly `length` bytes.
 * @example
 * const Keys = t.struct('Keys', { identitySeed: secretBytes(32) })
 */
export function secretBytes(length: number): Type<Secret> {
  return secretOf(t.fixedBytes(length))
}

/** A secret of at most `most` bytes. */
export function secretUpTo(most: number): Type<Secret> {
  return secretOf(t.boundedBytes(most))
}

function secretOf(bytes: Type<Uint8Array>): Type<Secret> {
  return {
    shape: bytes.shape,
    smallest: bytes.smallest,
    write: (to, secret) => bytes.write(to, secret.expose()),
    read: (from) => hide(bytes.read(from)),
    encode: (secret) => bytes.encode(secret.expose()),
    decode: (encoded) => hide(bytes.decode(encoded)),
  }
}

function hide(bytes: Uint8Array): Secret {
  const secret = Secret.from(bytes)
  bytes.fill(0)
  return secret
}

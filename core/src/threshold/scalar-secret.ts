/** A scalar as a `Secret`: 32 bytes little-endian. */
import { Secret } from '@pha/core/crypto'
import { Scalar } from './group.ts'

/** The BigInt itself cannot be erased: it stays where the runtime put it until that memory is used again. */
export function toSecret(scalar: bigint): Secret {
  const bytes = Scalar.toBytes(scalar)
  const secret = Secret.from(bytes)
  bytes.fill(0)
  return secret
}

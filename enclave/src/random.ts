/** Randomness of the enclave: the platform's generator (in a TEE, the CPU's). Never used where replicas must agree. */
import { randomBytes } from 'node:crypto'
import { type RandomBytes, Secret } from '@pha/core/crypto'

export const random: RandomBytes = (length) => new Uint8Array(randomBytes(length))

/** A fresh secret; the bytes it was made from are erased. */
export function randomSecret(length: number): Secret {
  const bytes = randomBytes(length)
  const secret = Secret.from(bytes)
  bytes.fill(0)
  return secret
}

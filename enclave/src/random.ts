/** Randomness of the enclave: the platform's generator (in a TEE, the CPU's). Never used where replicas must agree. */
import { randomBytes, randomFillSync } from 'node:crypto'
import { type RandomBytes, Secret } from '@pha/core/crypto'

/** Drawn at once: the generator's own cost is that of a call, whatever it gives. */
const pool = new Uint8Array(4_096)
/** Larger draws have a call of their own. */
const MOST_POOLED = 64
let given = pool.length

export const random: RandomBytes = (length) => {
  if (length > MOST_POOLED) return new Uint8Array(randomBytes(length))
  if (given + length > pool.length) {
    randomFillSync(pool)
    given = 0
  }
  const drawn = pool.slice(given, given + length)
  // Nothing that reads this memory later learns what was given out.
  pool.fill(0, given, given + length)
  given += length
  return drawn
}

/** A fresh secret; the bytes it was made from are erased. */
export function randomSecret(length: number): Secret {
  const bytes = randomBytes(length)
  const secret = Secret.from(bytes)
  bytes.fill(0)
  return secret
}

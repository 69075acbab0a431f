/** The root key of a network with one gatekeeper (n = 1, t = 1); with more, shares come from a DKG instead. */
import { ristretto255_oprf } from '@noble/curves/ed25519.js'
import { utf8Encode } from '@pha/core/codec'
import { Secret } from '@pha/core/crypto'

/** A share x_i of the root and its public counterpart x_i·G. */
export type RootShare = {
  /** Scalar, 32 bytes little-endian. */
  readonly share: Secret
  /** Element, 32 bytes. */
  readonly publicShare: Uint8Array
}

/**
 * The only share of a 1-of-1 root: DeriveKeyPair of RFC 9497 section 3.2.1, VOPRF mode, with `context` as its info.
 *
 * @param seed 32 random bytes
 *
 * @example
 * const { share, publicShare } = rootFromSeed(seed, contexts.root)
 */
export function rootFromSeed(seed: Secret, context: string): RootShare {
  const { secretKey, publicKey } = ristretto255_oprf.voprf.deriveKeyPair(seed.expose(), utf8Encode(context))
  const share = Secret.from(secretKey)
  secretKey.fill(0)
  return { share, publicShare: publicKey }
}

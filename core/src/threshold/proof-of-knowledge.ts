/**
 * A dealer's proof that it knows the constant of its polynomial (Komlo, Goldberg 2020, figure 1, round 1, steps 2 and 5;
 * RFC 9591 leaves key generation out). Without it, the last dealer to speak could choose a constant that cancels those of
 * the others and so choose the root alone.
 *
 * The challenge is `H("FROST-RISTRETTO255-SHA512-v1dkg" || index || Φ || C_0 || R)`, as the libraries of the Zcash
 * Foundation and noble compute it, whose context Φ is empty; here Φ names the ceremony. All other fields have fixed lengths,
 * so Φ needs no length of its own.
 */
import { ristretto255 } from '@noble/curves/ed25519.js'
import { bytesToNumberLE } from '@noble/curves/utils.js'
import { concatBytes, equalBytes, utf8Encode } from '@pha/core/codec'
import { type RandomBytes, sha512 } from '@pha/core/crypto'
import { decodeScalar, type Element, Scalar } from './group.ts'
import { randomScalar } from './random-scalar.ts'

const { Point } = ristretto255
const CHALLENGE_TAG = utf8Encode('FROST-RISTRETTO255-SHA512-v1dkg')
const ELEMENT_BYTES = 32

/** R || z, 64 bytes. */
export const PROOF_BYTES = 64

type Claim = {
  /** Index of the dealer. */
  readonly dealer: number
  /** Φ: what the proof is for; a proof holds in no other context. */
  readonly context: Uint8Array
  /** C_0 = secret·G, 32 bytes. */
  readonly constant: Uint8Array
}

/** Proves knowledge of `secret` behind `constant`. If `random` ever repeats over two claims, the secret can be computed. */
export function proveKnowledge(claim: Claim, secret: bigint, random: RandomBytes): Uint8Array {
  const nonce = randomScalar(random)
  const nonceElement = Point.BASE.multiply(nonce).toBytes()
  const response = Scalar.add(nonce, Scalar.mul(secret, challenge(claim, nonceElement)))
  return concatBytes(nonceElement, Scalar.toBytes(response))
}

/** Whether `proof` holds for a claim whose constant was decoded to `element`; `false` for malformed bytes. */
export function knowsConstant(claim: Claim, element: Element, proof: Uint8Array): boolean {
  if (proof.length !== PROOF_BYTES) return false
  const nonceElement = proof.subarray(0, ELEMENT_BYTES)
  const response = decodeScalar(proof.subarray(ELEMENT_BYTES))
  if (response === undefined) return false
  // Encoded and compared, R needs no decoding, and only its canonical encoding can be equal.
  const expected = Point.BASE.multiplyUnsafe(response).subtract(element.multiplyUnsafe(challenge(claim, nonceElement)))
  return !expected.is0() && equalBytes(expected.toBytes(), nonceElement)
}

function challenge({ dealer, context, constant }: Claim, nonceElement: Uint8Array): bigint {
  const index = Scalar.toBytes(BigInt(dealer))
  return Scalar.create(bytesToNumberLE(sha512(CHALLENGE_TAG, index, context, constant, nonceElement)))
}

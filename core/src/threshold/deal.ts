/**
 * The secret side of a ceremony: a dealer shares a secret by a random polynomial and commits to its coefficients (Feldman
 * 1987; Komlo, Goldberg 2020, figure 1). For a new root each dealer's secret is random and the root is the sum of all, which
 * nobody computes; in a resharing each holder deals its own share (Desmedt, Jajodia 1997).
 */
import { ristretto255 } from '@noble/curves/ed25519.js'
import { type RandomBytes, Secret } from '@pha/core/crypto'
import { decodeScalar, Scalar } from './group.ts'
import { isIndex } from './indexes.ts'
import { proveKnowledge } from './proof-of-knowledge.ts'
import { randomScalar } from './random-scalar.ts'
import { toSecret } from './scalar-secret.ts'

const SCALAR_BYTES = 32

export type DealParams = {
  /** The scalar to be shared, 32 bytes: a share in office, for a resharing. Without it, a random one for a new root. */
  readonly secret?: Secret
  /** How many receivers will be needed: the polynomial's degree and 1. */
  readonly threshold: number
  /** The dealer's own index. */
  readonly dealer: number
  /** Names the ceremony; the proof holds in no other. */
  readonly context: Uint8Array
  readonly random: RandomBytes
}

export type OwnDealing = {
  /**
   * Coefficients from the constant up, 32 bytes each. Whoever has it has the dealt secret; it is kept until all complaints
   * are answered, and then wiped.
   */
  readonly polynomial: Secret
  /** C_k = a_k·G, `threshold` elements of 32 bytes. Public. */
  readonly commitments: readonly Uint8Array[]
  /** Proof of knowledge of the constant, 64 bytes. Public. */
  readonly proof: Uint8Array
}

/**
 * Makes one dealer's polynomial; `shareFor` then gives each receiver's share of it.
 *
 * @throws RangeError for a threshold or an index outside 1 to 255, or a secret that is no scalar or 0
 *
 * @example
 * const { polynomial, commitments, proof } = deal({ threshold: 3, dealer: 1, context, random })
 * const second = shareFor(polynomial, 2)
 */
export function deal({ secret, threshold, dealer, context, random }: DealParams): OwnDealing {
  if (!isIndex(threshold) || !isIndex(dealer)) throw new RangeError('threshold and dealer are from 1 to 255')
  const constant = secret === undefined ? randomScalar(random) : decodeScalar(secret.expose())
  if (!constant) throw new RangeError('a secret that is shared is a scalar other than 0')
  const coefficients = [constant]
  while (coefficients.length < threshold) coefficients.push(randomScalar(random))

  const commitments = coefficients.map((coefficient) => ristretto255.Point.BASE.multiply(coefficient).toBytes())
  const claim = { dealer, context, constant: commitments[0] as Uint8Array }
  return { polynomial: toPolynomial(coefficients), commitments, proof: proveKnowledge(claim, constant, random) }
}

/**
 * The receiver's share f(receiver): what is sealed to it, and revealed in public if it complains.
 *
 * @throws RangeError for an index outside 1 to 255
 */
export function shareFor(polynomial: Secret, receiver: number): Secret {
  if (!isIndex(receiver)) throw new RangeError('receivers are from 1 to 255')
  const bytes = polynomial.expose()
  const at = BigInt(receiver)
  let share = 0n
  for (let end = bytes.length; end > 0; end -= SCALAR_BYTES) {
    share = Scalar.add(Scalar.mul(share, at), Scalar.fromBytes(bytes.subarray(end - SCALAR_BYTES, end)))
  }
  return toSecret(share)
}

function toPolynomial(coefficients: readonly bigint[]): Secret {
  const bytes = new Uint8Array(coefficients.length * SCALAR_BYTES)
  coefficients.forEach((coefficient, k) => {
    bytes.set(Scalar.toBytes(coefficient), k * SCALAR_BYTES)
  })
  const polynomial = Secret.from(bytes)
  bytes.fill(0)
  return polynomial
}

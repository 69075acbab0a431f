/**
 * For tests: Ed25519 signatures on which implementations differ ("Taming the many EdDSAs", Chalkias, Garillot,
 * Nikolaenko 2020): torsion in A and R, small orders, encodings that are not canonical, `s + L`, flipped bits.
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { concatBytes, utf8Encode } from '@pha/core/codec'
import { sha512 } from './hash.ts'

const { Point } = ed25519
const { Fn, Fp } = Point
type EdwardsPoint = InstanceType<typeof Point>

export interface CraftedSignature {
  readonly name: string
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** All cases for each seed: some hundred, of which the rule accepts some and refuses most. */
export function* craftedSignatures(seeds: readonly Uint8Array[]): Generator<CraftedSignature> {
  for (const seed of seeds) {
    const message = seed.subarray(0, 8)
    const secret = Fn.create(toNumber(sha512(seed)))
    const nonce = Fn.create(toNumber(sha512(concatBytes(seed, utf8Encode('nonce')))))
    const [key, commitment] = [Point.BASE.multiply(secret), Point.BASE.multiply(nonce)]
    const made = (name: string, a: Uint8Array, r: Uint8Array, s: bigint): CraftedSignature => ({
      name,
      publicKey: a,
      message,
      signature: concatBytes(r, toBytes(s)),
    })
    const solved = (name: string, a: Uint8Array, r: Uint8Array): CraftedSignature =>
      made(name, a, r, Fn.add(nonce, Fn.mul(challenge(r, a, message), secret)))

    const honest = solved('honest', key.toBytes(), commitment.toBytes())
    yield honest
    for (const [i, torsion] of torsionPoints().entries()) {
      yield solved(`R with torsion ${i}`, key.toBytes(), commitment.add(torsion).toBytes())
      yield solved(`A with torsion ${i}`, key.add(torsion).toBytes(), commitment.toBytes())
      yield solved(`both with torsion ${i}`, key.add(torsion).toBytes(), commitment.add(torsion).toBytes())
      for (const a of encodings(torsion)) {
        yield made(`A of small order ${i}`, a, commitment.toBytes(), nonce)
        for (const r of encodings(torsion)) yield made(`A and R of small order ${i}`, a, r, 0n)
      }
      for (const r of encodings(torsion)) {
        yield made(`R of small order ${i}`, key.toBytes(), r, Fn.mul(challenge(r, key.toBytes(), message), secret))
      }
    }
    const { publicKey, signature } = honest
    const s = toNumber(signature.subarray(32))
    for (const [name, value] of [
      ['s + L', s + Fn.ORDER],
      ['s + 2L', s + 2n * Fn.ORDER],
      ['s = 0', 0n],
      ['s = L', Fn.ORDER],
      ['s of all ones', 2n ** 256n - 1n],
    ] as const) {
      yield made(name, publicKey, signature.subarray(0, 32), value & (2n ** 256n - 1n))
    }
    for (let bit = 0; bit < 96 * 8; bit += 37) {
      const bytes = concatBytes(publicKey, signature)
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
      yield { name: `bit ${bit} flipped`, publicKey: bytes.subarray(0, 32), message, signature: bytes.subarray(32) }
    }
    for (let y = Fp.ORDER - 2n; y < 2n ** 255n; y++) {
      for (const sign of [0n, 2n ** 255n]) {
        const edge = toBytes(y + sign)
        yield solved(`A at the edge of the field: ${y - Fp.ORDER}`, edge, commitment.toBytes())
        yield solved(`R at the edge of the field: ${y - Fp.ORDER}`, key.toBytes(), edge)
      }
    }
  }
}

/** The eight points whose order divides the cofactor; the identity comes first. */
function torsionPoints(): readonly EdwardsPoint[] {
  const generator = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')
  const points = [Point.ZERO]
  for (let i = 1; i < 8; i++) points.push((points[i - 1] as EdwardsPoint).add(generator))
  return points
}

/** All 32 bytes that some implementation reads as this point: y + p, and a sign where x is 0. */
function encodings(point: EdwardsPoint): readonly Uint8Array[] {
  const { x, y } = point.toAffine()
  const signs = x === 0n ? [0n, 1n] : [x & 1n]
  const ys = y + Fp.ORDER < 2n ** 255n ? [y, y + Fp.ORDER] : [y]
  return ys.flatMap((value) => signs.map((sign) => toBytes(value + (sign << 255n))))
}

function challenge(r: Uint8Array, a: Uint8Array, message: Uint8Array): bigint {
  return Fn.create(toNumber(sha512(concatBytes(r, a, message))))
}

function toNumber(littleEndian: Uint8Array): bigint {
  return littleEndian.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

function toBytes(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn))
}

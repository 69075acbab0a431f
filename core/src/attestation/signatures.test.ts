/** Both sets of signatures give the same answer to whatever a stranger can make up: a chain and its clients must not differ. */
import { equal } from 'node:assert/strict'
import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  privateEncrypt,
  sign,
} from 'node:crypto'
import { describe, it } from 'node:test'
import { p256, p384 } from '@noble/curves/nist.js'
import fc from 'fast-check'
import { concatBytes, fromHex, toHex } from '../codec/index.ts'
import { nodeSignatures } from './node/node-signatures.ts'
import { pureSignatures } from './pure-signatures.ts'
import type { RsaKey, SignatureHash, SignatureVerifier } from './signatures.ts'

const message = Uint8Array.of(1, 2, 3)
const HASHES: readonly SignatureHash[] = ['SHA-256', 'SHA-384', 'SHA-512']
const plainHash = (hash: SignatureHash) => hash.replace('-', '').toLowerCase()

function agree(expected: boolean | undefined, check: (set: SignatureVerifier) => boolean, what: string): void {
  const pure = check(pureSignatures)
  equal(check(nodeSignatures), pure, `the sets differ: ${what}`)
  if (expected !== undefined) equal(pure, expected, what)
}

const CURVES = { 'P-256': { noble: p256, size: 32 }, 'P-384': { noble: p384, size: 48 } } as const

for (const curve of ['P-256', 'P-384'] as const) {
  describe(`ECDSA on ${curve}`, () => {
    const { noble, size } = CURVES[curve]
    const Point: typeof p256.Point = noble.Point
    const { n, p } = Point.CURVE()
    const bytes = (value: bigint) => fromHex(`0x${value.toString(16).padStart(2 * size, '0')}`)
    const key = createPrivateKey(
      generateKeyPairSync('ec', { namedCurve: curve }).privateKey.export({ format: 'pem', type: 'pkcs8' }),
    )
    const secret = BigInt(toHex(fromBase64url(key.export({ format: 'jwk' }).d)))
    const point = Point.BASE.multiply(secret).toBytes(false)
    const signed = (hash: SignatureHash, text = message) =>
      new Uint8Array(sign(plainHash(hash), text, { key, dsaEncoding: 'ieee-p1363' }))
    const genuine = signed('SHA-256')
    const [r, s] = [genuine.subarray(0, size), genuine.subarray(size)].map((half) => BigInt(toHex(half))) as [
      bigint,
      bigint,
    ]
    /** The message as ECDSA reads it: the digest's leftmost bits. */
    const e = BigInt(toHex(new Uint8Array(createHash('sha256').update(message).digest())))

    const answers = (expected: boolean | undefined, what: string, signature: Uint8Array, by: Uint8Array = point) =>
      agree(expected, (set) => set.ecdsa(curve, 'SHA-256', by, message, signature), what)
    const pair = (left: bigint, right: bigint) => concatBytes(bytes(left), bytes(right))

    it('accepts genuine signatures by every hash, whatever half s is in', () => {
      for (const hash of HASHES) {
        agree(true, (set) => set.ecdsa(curve, hash, point, message, signed(hash)), hash)
      }
      answers(true, 'other half', pair(r, n - s))
      answers(true, 'this half', pair(r, s))
    })

    it('accepts numbers with leading zeros', () => {
      let found = 0
      for (let i = 0; found < 2; i++) {
        const text = Uint8Array.of(i & 0xff, i >> 8)
        const signature = signed('SHA-256', text)
        if (signature[0] !== 0 && signature[size] !== 0) continue
        found++
        agree(true, (set) => set.ecdsa(curve, 'SHA-256', point, text, signature), `message ${i}`)
      }
    })

    it('refuses numbers outside of 1 to n - 1', () => {
      const all = 2n ** BigInt(8 * size) - 1n
      for (const bad of [0n, n, n + 1n, all]) {
        answers(false, `r = ${bad}`, pair(bad, s))
        answers(false, `s = ${bad}`, pair(r, bad))
        answers(false, `both = ${bad}`, pair(bad, bad))
      }
      for (const odd of [1n, n - 1n]) answers(false, `r = ${odd}`, pair(odd, s))
    })

    it('accepts an r that is the coordinate less n, and not the coordinate itself', () => {
      // R with n <= x < p exists; the key that it belongs to follows from r, s and the message.
      let x = n
      let lifted: InstanceType<typeof Point> | undefined
      for (; lifted === undefined; x++) lifted = lift(x + 1n)
      const small = x - n
      const inverse = Point.Fn.inv(small)
      const by = lifted
        .multiply(Point.Fn.mul(5n, inverse))
        .subtract(Point.BASE.multiply(Point.Fn.mul(Point.Fn.create(e), inverse)))
      answers(true, 'wrapped', pair(small, 5n), by.toBytes(false))
      answers(false, 'not wrapped', pair(x, 5n), by.toBytes(false))
    })

    function lift(x: bigint): InstanceType<typeof Point> | undefined {
      if (x >= p) throw new Error('no x between n and p')
      try {
        return Point.fromBytes(concatBytes(Uint8Array.of(2), bytes(x)))
      } catch {
        return undefined
      }
    }

    it('refuses signatures whose point is the one at infinity', () => {
      // u1 G + u2 Q = 0 for r = -e / d, with any s.
      const Fn = Point.Fn
      answers(false, 'infinity', pair(Fn.neg(Fn.div(Fn.create(e), secret)), s))
    })

    it('refuses keys that are no points of the curve in the one form', () => {
      const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)]
      const wrong: readonly (readonly [string, Uint8Array])[] = [
        ['nothing', Uint8Array.of()],
        ['infinity', Uint8Array.of(0)],
        ['zeros', concatBytes(Uint8Array.of(4), new Uint8Array(2 * size))],
        ['beside the curve', point.with(2 * size, (point.at(-1) ?? 0) ^ 1)],
        ['compressed', concatBytes(Uint8Array.of(2 | ((y.at(-1) ?? 0) & 1)), x)],
        ['hybrid', point.with(0, 6 | ((y.at(-1) ?? 0) & 1))],
        ['without prefix', point.subarray(1)],
        ['a coordinate of p or more', concatBytes(Uint8Array.of(4), bytes(p), y)],
        ['all ones', new Uint8Array(2 * size + 1).fill(0xff).with(0, 4)],
        ['one byte more', concatBytes(point, Uint8Array.of(0))],
      ]
      for (const [why, by] of wrong) answers(false, why, genuine, by)
      answers(false, 'mirrored key', genuine, Point.BASE.multiply(n - secret).toBytes(false))
    })

    it('refuses signatures of other lengths', () => {
      for (const length of [0, 1, size, 2 * size - 1]) answers(false, `${length}`, genuine.subarray(0, length))
      answers(false, 'longer', concatBytes(genuine, Uint8Array.of(0)))
      answers(false, 'DER', new Uint8Array(sign('sha256', message, key)))
    })

    it('agrees on bits that were flipped and on random bytes', () => {
      const bit = fc.integer({ min: 0, max: 16 * size - 1 })
      fc.assert(
        fc.property(bit, fc.uint8Array({ minLength: 2 * size, maxLength: 2 * size }), (at, random) => {
          const flipped = genuine.with(at >> 3, (genuine[at >> 3] as number) ^ (1 << (at & 7)))
          answers(false, `bit ${at} of the signature`, flipped)
          answers(undefined, 'random', random)
          const otherKey = point.with(1 + (at >> 3), (point[1 + (at >> 3)] as number) ^ (1 << (at & 7)))
          answers(false, `bit ${at} of the key`, genuine, otherKey)
        }),
        { numRuns: 40 },
      )
    })
  })
}

describe('RSA', () => {
  const keys = [2048, 3072, 4096].map((modulusLength) => generateKeyPairSync('rsa', { modulusLength }))
  const [{ privateKey, publicKey }] = keys as [(typeof keys)[0]]
  const key = rsaKeyOf(publicKey)
  const size = key.modulus.length
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  const signed = (hash: SignatureHash, by = privateKey, options = {}) =>
    new Uint8Array(sign(plainHash(hash), message, { key: by, ...options }))
  const schemes = ['rsaPkcs1', 'rsaPss'] as const
  const genuine = { rsaPkcs1: signed('SHA-256'), rsaPss: signed('SHA-256', privateKey, pss) }
  const answers = (
    expected: boolean | undefined,
    what: string,
    scheme: (typeof schemes)[number],
    signature: Uint8Array,
    by = key,
  ) => agree(expected, (set) => set[scheme]('SHA-256', by, message, signature), what)
  /** The signature whose encoded message is these bytes. */
  const encoded = (bytes: Uint8Array) =>
    new Uint8Array(privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, bytes))

  it('accepts genuine signatures of every hash and size', () => {
    for (const hash of HASHES) {
      for (const pair of keys) {
        const by = rsaKeyOf(pair.publicKey)
        agree(true, (set) => set.rsaPkcs1(hash, by, message, signed(hash, pair.privateKey)), hash)
        agree(true, (set) => set.rsaPss(hash, by, message, signed(hash, pair.privateKey, pss)), hash)
      }
    }
  })

  it('refuses one scheme, hash or message in the place of another', () => {
    answers(false, 'PSS as PKCS1', 'rsaPkcs1', genuine.rsaPss)
    answers(false, 'PKCS1 as PSS', 'rsaPss', genuine.rsaPkcs1)
    for (const scheme of schemes) {
      agree(false, (set) => set[scheme]('SHA-384', key, message, genuine[scheme]), 'hash')
      agree(false, (set) => set[scheme]('SHA-256', key, Uint8Array.of(), genuine[scheme]), 'message')
    }
  })

  it('refuses salts of other lengths', () => {
    for (const saltLength of [0, 20, 31, 33, 48, size - 34]) {
      answers(false, `${saltLength}`, 'rsaPss', signed('SHA-256', privateKey, { ...pss, saltLength }))
    }
  })

  it('refuses numbers that are not below the modulus, and other lengths', () => {
    const modulus = BigInt(toHex(key.modulus))
    for (const scheme of schemes) {
      const number = BigInt(toHex(genuine[scheme]))
      const bytes = (value: bigint, length = size) => fromHex(`0x${value.toString(16).padStart(2 * length, '0')}`)
      for (const odd of [0n, 1n, modulus - 1n, modulus, modulus + 1n]) answers(false, 'edge', scheme, bytes(odd))
      const more = number + modulus
      if (more < 2n ** BigInt(8 * size)) answers(false, 'plus modulus', scheme, bytes(more))
      answers(false, 'leading zero', scheme, bytes(number, size + 1))
      answers(false, 'shorter', scheme, genuine[scheme].subarray(1))
      answers(false, 'nothing', scheme, Uint8Array.of())
    }
  })

  it('refuses encodings that a lenient parser would let pass', () => {
    const digest = new Uint8Array(createHash('sha256').update(message).digest())
    const info = fromHex('0x3031300d060960864801650304020105000420')
    const build = (head: readonly number[], tail: Uint8Array, filler = 0xff) =>
      concatBytes(Uint8Array.from(head), new Uint8Array(size - head.length - tail.length).fill(filler), tail)
    const whole = concatBytes(Uint8Array.of(0), info, digest)
    answers(true, 'as it should be', 'rsaPkcs1', encoded(build([0, 1], whole)))
    answers(false, 'block type 0', 'rsaPkcs1', encoded(build([0, 0], whole, 0)))
    answers(false, 'block type 2', 'rsaPkcs1', encoded(build([0, 2], whole)))
    answers(false, 'padding that is not ff', 'rsaPkcs1', encoded(build([0, 1], whole, 0xfe)))
    const trailing = concatBytes(Uint8Array.of(0, 1, ...new Array(8).fill(0xff)), whole)
    answers(
      false,
      'bytes after the digest (Bleichenbacher 2006)',
      'rsaPkcs1',
      encoded(concatBytes(trailing, new Uint8Array(size - trailing.length))),
    )
    const noNull = fromHex('0x302f300b0609608648016503040201' + '0420')
    answers(false, 'no NULL', 'rsaPkcs1', encoded(build([0, 1], concatBytes(Uint8Array.of(0), noNull, digest))))
    answers(false, 'no DigestInfo', 'rsaPkcs1', encoded(build([0, 1], concatBytes(Uint8Array.of(0), digest))))
  })

  it('refuses every change of the encoding of PSS', () => {
    const plain = fromHex(
      `0x${power(genuine.rsaPss, key)
        .toString(16)
        .padStart(2 * size, '0')}`,
    )
    answers(true, 'unchanged', 'rsaPss', encoded(plain))
    for (const at of [0, 1, 100, size - 66, size - 65, size - 34, size - 33, size - 2, size - 1]) {
      for (const bit of [1, 0x40]) {
        const changed = plain.with(at, (plain[at] as number) ^ bit)
        answers(false, `byte ${at}`, 'rsaPss', encoded(changed))
      }
    }
  })

  it('refuses keys that are too short, too long, of another exponent, or no product of odd primes', () => {
    for (const modulusLength of [1024, 2040, 2047]) {
      const other = generateKeyPairSync('rsa', { modulusLength })
      answers(false, `${modulusLength}`, 'rsaPkcs1', signed('SHA-256', other.privateKey), rsaKeyOf(other.publicKey))
    }
    const three = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 })
    answers(false, 'exponent 3', 'rsaPkcs1', signed('SHA-256', three.privateKey), rsaKeyOf(three.publicKey))
    const even = { ...key, modulus: key.modulus.with(size - 1, (key.modulus.at(-1) as number) & 0xfe) }
    const padded = { ...key, exponent: Uint8Array.of(0, 1, 0, 1) }
    const long = { ...key, modulus: new Uint8Array(513).fill(0xff) }
    for (const scheme of schemes) {
      answers(false, '4104', scheme, new Uint8Array(513).with(512, 1), long)
      answers(false, 'even', scheme, genuine[scheme], even)
      answers(false, 'padded exponent', scheme, genuine[scheme], padded)
      answers(false, 'nothing', scheme, genuine[scheme], { modulus: Uint8Array.of(), exponent: Uint8Array.of() })
    }
  })

  it('agrees on bits that were flipped', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8 * size - 1 }), fc.constantFrom(...schemes), (bit, scheme) => {
        const signature = genuine[scheme]
        answers(
          false,
          `bit ${bit}`,
          scheme,
          signature.with(bit >> 3, (signature[bit >> 3] as number) ^ (1 << (bit & 7))),
        )
      }),
      { numRuns: 60 },
    )
  })
})

function power(signature: Uint8Array, { modulus }: RsaKey): bigint {
  const [base, n] = [BigInt(toHex(signature)), BigInt(toHex(modulus))]
  let value = base
  for (let i = 0; i < 16; i++) value = (value * value) % n
  return (value * base) % n
}

function rsaKeyOf(publicKey: KeyObject): RsaKey {
  const { n, e } = createPublicKey(publicKey.export({ format: 'pem', type: 'spki' })).export({ format: 'jwk' })
  return { modulus: fromBase64url(n), exponent: fromBase64url(e) }
}

function fromBase64url(text = ''): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64url'))
}

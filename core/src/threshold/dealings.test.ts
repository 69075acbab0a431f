/** Dealings of the vectors: made from the given randomness, and judged. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fromHex, toHex } from '@pha/core/codec'
import { Secret } from '@pha/core/crypto'
import fc from 'fast-check'
import type { PublicDealing } from './index.ts'
import { checkDealing, checkRevealedShare, checkShare, deal, publicShareOf, publicSharesOf, shareFor } from './index.ts'

type Judged = {
  description: string
  threshold: number
  dealer: number
  context: string
  commitments: string[]
  proof: string
  expectedConstant?: string
}
type Valid = Judged & {
  valid: true
  secret?: string
  random: string
  polynomial: string
  shares: { index: number; share: string; publicShare: string }[]
}
type Invalid = Judged & { valid: false; reason: string }

const file = new URL('../../../vectors/threshold/dealings.json', import.meta.url)
const { dealings } = JSON.parse(readFileSync(file, 'utf8')) as { dealings: (Valid | Invalid)[] }
const valid = dealings.filter((dealing) => dealing.valid)
const [first = assert.fail()] = valid

function parse({ threshold, dealer, context, commitments, proof, expectedConstant }: Judged): PublicDealing {
  return {
    threshold,
    dealer,
    context: fromHex(context),
    commitments: commitments.map(fromHex),
    proof: fromHex(proof),
    ...(expectedConstant === undefined ? {} : { expectedConstant: fromHex(expectedConstant) }),
  }
}

/** Gives out the drawn bytes in order, and no more than there are. */
function drawn(hex: string): (length: number) => Uint8Array {
  const bytes = fromHex(hex)
  let at = 0
  return (length) => {
    assert.ok(at + length <= bytes.length)
    at += length
    return bytes.slice(at - length, at)
  }
}

describe('a dealing', () => {
  for (const vector of valid) {
    const { threshold, dealer, context, commitments, proof, shares } = vector

    it(`has the bytes of the vector ${vector.description}`, () => {
      const secret = vector.secret === undefined ? {} : { secret: Secret.from(fromHex(vector.secret)) }
      const dealt = deal({ ...secret, threshold, dealer, context: fromHex(context), random: drawn(vector.random) })
      assert.equal(toHex(dealt.polynomial.expose()), vector.polynomial)
      assert.deepEqual(dealt.commitments.map(toHex), commitments)
      assert.equal(toHex(dealt.proof), proof)
      for (const { index, share, publicShare } of shares) {
        assert.equal(toHex(shareFor(dealt.polynomial, index).expose()), share)
        assert.equal(toHex(publicShareOf(Secret.from(fromHex(share)))), publicShare)
      }
    })

    it(`is accepted ${vector.description}`, () => {
      const dealing = parse(vector)
      assert.deepEqual(checkDealing(dealing), { ok: true })
      const [expectedConstant = assert.fail()] = dealing.commitments
      assert.deepEqual(checkDealing({ ...dealing, expectedConstant }), { ok: true })
      for (const { index, share } of shares) {
        assert.deepEqual(checkShare(dealing.commitments, index, Secret.from(fromHex(share))), { ok: true })
        assert.deepEqual(checkRevealedShare(dealing.commitments, index, fromHex(share)), { ok: true })
      }
      const indexes = shares.map(({ index }) => index)
      const publicShares = shares.map(({ publicShare }) => fromHex(publicShare))
      assert.deepEqual(publicSharesOf(dealing.commitments, indexes), { ok: true, publicShares })
    })
  }

  for (const vector of dealings) {
    if (vector.valid) continue
    it(`is refused ${vector.description}`, () => {
      assert.deepEqual(checkDealing(parse(vector)), { ok: false, reason: vector.reason })
    })
  }

  it('is refused after the change of any bit of its proof or its constant', () => {
    const dealing = parse(first)
    const bits = fc.integer({ min: 0, max: 511 })
    fc.assert(
      fc.property(bits, (bit) => {
        assert.ok(!checkDealing({ ...dealing, proof: flip(dealing.proof, bit) }).ok)
        const [constant = assert.fail(), ...rest] = dealing.commitments
        assert.ok(!checkDealing({ ...dealing, commitments: [flip(constant, bit % 256), ...rest] }).ok)
      }),
      { numRuns: 30 },
    )
  })

  it('is refused, not thrown at, as hostile bytes of any length', () => {
    const hostile = fc.uint8Array({ maxLength: 70 })
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 4 }), hostile, (commitments, proof) => {
        assert.ok(!checkDealing({ ...parse(first), threshold: commitments.length, commitments, proof }).ok)
      }),
    )
  })

  it('is judged by its number of commitments before any is decoded', () => {
    const commitments = new Array<Uint8Array>(100_000).fill(new Uint8Array(32))
    const verdict = checkDealing({ ...parse(first), commitments })
    assert.deepEqual(verdict, { ok: false, reason: 'threshold.wrong-degree' })
    assert.deepEqual(checkDealing({ ...parse(first), commitments, threshold: 100_000 }), {
      ok: false,
      reason: 'threshold.bad-element',
    })
  })
})

describe('dealing', () => {
  const random = (length: number) => new Uint8Array(length).fill(3)
  const params = { threshold: 2, dealer: 1, context: new Uint8Array(0), random }

  it('throws for a threshold, a dealer or a receiver outside 1 to 255', () => {
    for (const index of [0, -1, 256, 1.5, Number.NaN]) {
      assert.throws(() => deal({ ...params, threshold: index }), RangeError)
      assert.throws(() => deal({ ...params, dealer: index }), RangeError)
      assert.throws(() => shareFor(deal(params).polynomial, index), RangeError)
    }
  })

  it('throws for a secret that is 0 or no scalar, without showing it', () => {
    for (const bytes of [new Uint8Array(32), new Uint8Array(32).fill(0xff), new Uint8Array(31)]) {
      assert.throws(() => deal({ ...params, secret: Secret.from(bytes) }), {
        name: 'RangeError',
        message: 'a secret that is shared is a scalar other than 0',
      })
    }
  })

  it('gives no share once its polynomial is wiped', () => {
    const { polynomial } = deal(params)
    polynomial.wipe()
    assert.throws(() => shareFor(polynomial, 1), { code: 'crypto.secret-wiped' })
  })
})

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = Uint8Array.from(bytes)
  changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
  return changed
}

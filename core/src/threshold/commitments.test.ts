/** Public arithmetic on commitments, and shares checked against them: hostile bytes get a coded refusal. */
import assert from 'node:assert/strict'
import { getRandomValues } from 'node:crypto'
import { describe, it } from 'node:test'
import { ristretto255 } from '@noble/curves/ed25519.js'
import { toHex } from '@pha/core/codec'
import { type RandomBytes, Secret } from '@pha/core/crypto'
import fc from 'fast-check'
import type { Commitments } from './index.ts'
import {
  checkRevealedShare,
  checkShare,
  deal,
  interpolateCommitments,
  interpolateShares,
  publicSharesOf,
  shareFor,
  sumCommitments,
  sumShares,
} from './index.ts'

const { BASE, Fn } = ristretto255.Point
const random: RandomBytes = (length) => getRandomValues(new Uint8Array(length))
const context = new Uint8Array(0)
const [first, second] = [1, 2].map((dealer) => deal({ threshold: 3, dealer, context, random }))
if (first === undefined || second === undefined) throw new Error('no dealings')
const { commitments, polynomial } = first

const identity = new Uint8Array(32)
const noElements: readonly (readonly [what: string, bytes: Uint8Array])[] = [
  ['the identity', identity],
  ['a field element above the order', new Uint8Array(32).fill(0xff)],
  ['a negative field element', Uint8Array.of(1, ...identity.subarray(1))],
  ['31 bytes', identity.subarray(1)],
  ['33 bytes', new Uint8Array(33)],
  ['nothing', new Uint8Array(0)],
]
const badIndexes = [0, -1, 1.5, 256, Number.NaN, Number.POSITIVE_INFINITY]
const badElement = { ok: false, reason: 'threshold.bad-element' }
const badIndex = { ok: false, reason: 'threshold.bad-index' }

/** Opposite commitments: their sum with the original is the identity everywhere. */
function negated(original: Commitments): Commitments {
  return original.map((bytes) => ristretto255.Point.fromBytes(bytes).negate().toBytes())
}

describe('a dealt share', () => {
  const share = shareFor(polynomial, 4)
  const both = (of: Commitments, index: number, bytes: Uint8Array) => {
    const verdict = checkShare(of, index, Secret.from(bytes))
    assert.deepEqual(checkRevealedShare(of, index, bytes), verdict, 'receiver and chain differ')
    return verdict
  }

  it('holds for its receiver and dealer alone', () => {
    const wrong = { ok: false, reason: 'threshold.wrong-share' }
    assert.deepEqual(both(commitments, 4, share.expose()), { ok: true })
    assert.deepEqual(both(commitments, 5, share.expose()), wrong)
    assert.deepEqual(both(second.commitments, 4, share.expose()), wrong)
    assert.deepEqual(both(commitments.slice(0, 2), 4, share.expose()), wrong)
    assert.deepEqual(both([...commitments].reverse(), 4, share.expose()), wrong)
    const next = Fn.toBytes(Fn.add(Fn.fromBytes(share.expose()), 1n))
    assert.deepEqual(both(commitments, 4, next), wrong)
  })

  it('is refused as anything but the canonical bytes of a scalar', () => {
    const value = BigInt(toHex(Uint8Array.from(share.expose()).reverse())) + Fn.ORDER
    const shifted = Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n))
    for (const bytes of [shifted, new Uint8Array(32).fill(0xff), share.expose().subarray(1), new Uint8Array(33)]) {
      assert.deepEqual(both(commitments, 4, bytes), { ok: false, reason: 'threshold.bad-scalar' })
    }
  })

  it('is refused for an index that is none', () => {
    for (const index of badIndexes) assert.deepEqual(both(commitments, index, share.expose()), badIndex)
  })

  for (const [what, bytes] of noElements) {
    it(`is refused under commitments with ${what} among them`, () => {
      const [constant = assert.fail(), ...rest] = commitments
      assert.deepEqual(both([bytes, ...rest], 4, share.expose()), badElement)
      assert.deepEqual(both([constant, bytes], 4, share.expose()), badElement)
    })
  }

  it('may be 0, if the polynomial is 0 there', () => {
    // 6 - 2x
    const line = [BASE.multiply(6n), BASE.multiply(2n).negate()].map((element) => element.toBytes())
    assert.deepEqual(both(line, 3, identity), { ok: true })
    assert.deepEqual(both(line, 4, identity), { ok: false, reason: 'threshold.wrong-share' })
    // A holder of 0 could prove nothing, so such a sharing has no public shares.
    assert.deepEqual(publicSharesOf(line, [3]), badElement)
  })

  it('is refused, not thrown at, as hostile bytes of any length', () => {
    const hostile = fc.uint8Array({ maxLength: 40 })
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 4 }), fc.integer(), hostile, (of, index, bytes) => {
        assert.ok(!both(of, index, bytes).ok)
      }),
    )
  })
})

describe('commitments', () => {
  const indexed = (...list: readonly (readonly [number, Commitments])[]) =>
    interpolateCommitments(list.map(([index, of]) => ({ index, commitments: of })))

  it('give public shares for indexes from 1 to 255 only', () => {
    assert.ok(publicSharesOf(commitments, [1, 255]).ok)
    for (const index of badIndexes) assert.deepEqual(publicSharesOf(commitments, [1, index]), badIndex)
  })

  for (const [what, bytes] of noElements) {
    it(`give nothing with ${what} among them`, () => {
      const spoiled = [...commitments.slice(0, 2), bytes]
      assert.deepEqual(publicSharesOf(spoiled, [1]), badElement)
      assert.deepEqual(sumCommitments([commitments, spoiled]), badElement)
      assert.deepEqual(indexed([1, commitments], [2, spoiled]), badElement)
    })
  }

  it('give nothing if there are none', () => {
    assert.deepEqual(publicSharesOf([], [1]), badElement)
    assert.deepEqual(sumCommitments([]), { ok: false, reason: 'threshold.no-dealings' })
    assert.deepEqual(indexed(), { ok: false, reason: 'threshold.no-dealings' })
    assert.deepEqual(sumCommitments([[], []]), badElement)
  })

  it('are combined for one threshold only', () => {
    const wrongDegree = { ok: false, reason: 'threshold.wrong-degree' }
    assert.deepEqual(sumCommitments([commitments, second.commitments.slice(0, 2)]), wrongDegree)
    assert.deepEqual(indexed([1, commitments.slice(0, 2)], [2, second.commitments]), wrongDegree)
  })

  it('are interpolated for distinct indexes from 1 to 255 only', () => {
    for (const index of badIndexes) assert.deepEqual(indexed([1, commitments], [index, second.commitments]), badIndex)
    assert.deepEqual(indexed([2, commitments], [2, second.commitments]), {
      ok: false,
      reason: 'threshold.duplicate-index',
    })
  })

  it('give no group whose key is the identity', () => {
    assert.deepEqual(sumCommitments([commitments, negated(commitments)]), badElement)
  })

  it('are bounded in number before any is decoded', () => {
    const many = new Array<Commitments>(256).fill(commitments)
    assert.deepEqual(sumCommitments(many), { ok: false, reason: 'threshold.too-many-dealings' })
    const long = new Array<Uint8Array>(256).fill(commitments[0] ?? assert.fail())
    assert.deepEqual(publicSharesOf(long, [1]), badElement)
  })
})

describe('shares of several dealers', () => {
  const share = shareFor(polynomial, 1)

  it('cannot be interpolated from none, from an index that is none, or twice from one', () => {
    assert.throws(() => interpolateShares([]), RangeError)
    for (const index of badIndexes) assert.throws(() => interpolateShares([{ index, share }]), RangeError)
    assert.throws(
      () =>
        interpolateShares([
          { index: 1, share },
          { index: 1, share },
        ]),
      RangeError,
    )
    assert.throws(() => sumShares([]), RangeError)
  })
})

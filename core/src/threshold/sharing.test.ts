/** What sharings promise: any t shares agree, fewer say nothing, and a new sharing keeps the key and devalues the old one. */
import assert from 'node:assert/strict'
import { getRandomValues } from 'node:crypto'
import { describe, it } from 'node:test'
import { ristretto255 } from '@noble/curves/ed25519.js'
import { concatBytes, toHex, utf8Encode } from '@pha/core/codec'
import { type RandomBytes, Secret } from '@pha/core/crypto'
import fc from 'fast-check'
import type { Commitments, DealtShare } from './index.ts'
import {
  checkDealing,
  checkShare,
  combineInPublic,
  deal,
  evaluatePartial,
  interpolateCommitments,
  interpolateShares,
  publicShareOf,
  publicSharesOf,
  shareFor,
  sumCommitments,
  sumShares,
  verifyPartial,
} from './index.ts'

const { BASE, ZERO, Fn } = ristretto255.Point
const random: RandomBytes = (length) => getRandomValues(new Uint8Array(length))
const context = utf8Encode('ceremony')
const input = utf8Encode('input')

type Sharing = { threshold: number; commitments: Commitments; shares: DealtShare[] }

/** A new root by all of `members`, none of whom ever holds it. */
function newRoot(threshold: number, members: number): Sharing {
  const dealers = indexes(members)
  const dealt = dealers.map((dealer) => deal({ threshold, dealer, context, random }))
  const whole = sumCommitments(dealt.map(({ commitments }) => commitments))
  assert.ok(whole.ok)
  const shares = dealers.map((index) => ({
    index,
    share: sumShares(dealt.map(({ polynomial }) => shareFor(polynomial, index))),
  }))
  return checked({ threshold, commitments: whole.commitments, shares })
}

/** The same root, dealt again by some in office to new receivers. */
function reshare(old: Sharing, dealers: DealtShare[], threshold: number, members: number): Sharing {
  const inOffice = publicSharesOf(
    old.commitments,
    dealers.map(({ index }) => index),
  )
  assert.ok(inOffice.ok)
  const dealt = dealers.map(({ index, share }, i) => {
    const dealing = deal({ secret: share, threshold, dealer: index, context, random })
    const expectedConstant = inOffice.publicShares[i] ?? assert.fail()
    assert.deepEqual(checkDealing({ ...dealing, threshold, dealer: index, context, expectedConstant }), { ok: true })
    return { index, ...dealing }
  })
  const whole = interpolateCommitments(dealt)
  assert.ok(whole.ok)
  const shares = indexes(members).map((receiver) => ({
    index: receiver,
    share: interpolateShares(
      dealt.map(({ index, polynomial, commitments }) => {
        const share = shareFor(polynomial, receiver)
        assert.deepEqual(checkShare(commitments, receiver, share), { ok: true })
        return { index, share }
      }),
    ),
  }))
  return checked({ threshold, commitments: whole.commitments, shares })
}

/** Every share fits the public share that anyone computes for its holder. */
function checked(sharing: Sharing): Sharing {
  const publicShares = publicSharesOf(
    sharing.commitments,
    sharing.shares.map(({ index }) => index),
  )
  assert.ok(publicShares.ok)
  assert.deepEqual(
    publicShares.publicShares.map(toHex),
    sharing.shares.map(({ share }) => toHex(publicShareOf(share))),
  )
  return sharing
}

/** What the holders of these shares compute together, as the chain does for the beacon. */
function output(shares: readonly DealtShare[]): string {
  const partials = shares.map(({ index, share }) => {
    const partial = evaluatePartial(share, publicShareOf(share), input, random)
    return { index, ...partial }
  })
  const combined = combineInPublic(input, partials, shares.length)
  return combined.ok ? toHex(combined.output) : assert.fail(combined.reason)
}

const publicKey = ({ commitments }: Sharing) => toHex(commitments[0] ?? assert.fail())
const indexes = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

/** Sizes of a group, and two choices of as many of its members as the threshold asks for. */
const group = fc
  .integer({ min: 1, max: 7 })
  .chain((members) => fc.record({ members: fc.constant(members), threshold: fc.integer({ min: 1, max: members }) }))
  .chain(({ members, threshold }) => {
    const choice = fc.shuffledSubarray(indexes(members), { minLength: threshold, maxLength: threshold })
    return fc.record({
      members: fc.constant(members),
      threshold: fc.constant(threshold),
      some: choice,
      others: choice,
    })
  })
const holders = ({ shares }: Sharing, chosen: readonly number[]) =>
  chosen.map((index) => shares[index - 1] ?? assert.fail())

describe('a new root', () => {
  it('is the same for any t of its holders, of every size', () => {
    fc.assert(
      fc.property(group, ({ members, threshold, some, others }) => {
        const root = newRoot(threshold, members)
        assert.equal(toHex(publicShareOf(interpolateShares(holders(root, some)))), publicKey(root))
        assert.equal(output(holders(root, some)), output(holders(root, others)))
      }),
      { numRuns: 8 },
    )
  })

  it('is not what t - 1 of them compute', () => {
    const root = newRoot(3, 5)
    assert.notEqual(toHex(publicShareOf(interpolateShares(root.shares.slice(0, 2)))), publicKey(root))
    assert.notEqual(output(root.shares.slice(0, 2)), output(root.shares.slice(0, 3)))
  })
})

describe('t - 1 shares', () => {
  /** Coefficients of Lagrange's basis polynomials over distinct points: `basis[m]` is 1 at `points[m]`, 0 at the others. */
  function basis(points: readonly bigint[]): bigint[][] {
    return points.map((own) => {
      let polynomial = [1n]
      for (const other of points) {
        if (other === own) continue
        const factor = Fn.inv(Fn.create(own - other))
        const shifted = [0n, ...polynomial]
        const scaled = [...polynomial.map((coefficient) => Fn.mul(coefficient, Fn.create(-other))), 0n]
        polynomial = shifted.map((coefficient, k) => Fn.mul(Fn.add(coefficient, scaled[k] as bigint), factor))
      }
      return polynomial
    })
  }
  const scalar = fc.bigInt({ min: 1n, max: Fn.ORDER - 1n })

  it('belong to a polynomial of every secret', () => {
    fc.assert(
      fc.property(scalar, fc.integer({ min: 2, max: 6 }), (candidate, threshold) => {
        const { polynomial } = deal({ threshold, dealer: 1, context, random })
        const coalition = indexes(threshold - 1).map((i) => 3 * i)
        const known = coalition.map((index) => shareFor(polynomial, index))

        const values = [candidate, ...known.map((share) => Fn.fromBytes(share.expose()))]
        const lagrange = basis([0n, ...coalition.map(BigInt)])
        const other = Secret.from(
          concatBytes(
            ...indexes(threshold).map((_, k) =>
              Fn.toBytes(values.reduce((sum, value, m) => Fn.add(sum, Fn.mul(value, lagrange[m]?.[k] ?? 0n)), 0n)),
            ),
          ),
        )
        for (const [i, index] of coalition.entries()) {
          assert.ok(shareFor(other, index).equals(known[i] ?? assert.fail()))
        }
        const whole = [1, 2, 4, 5, 7, 8].slice(0, threshold).map((index) => ({ index, share: shareFor(other, index) }))
        assert.equal(Fn.fromBytes(interpolateShares(whole).expose()), candidate)
      }),
      { numRuns: 20 },
    )
  })

  it('and all commitments can be made up by who knows no more than the public key', () => {
    // The simulator of Feldman's scheme: what a coalition of t - 1 sees of a dealing, it could have written itself.
    for (const threshold of [2, 3, 5]) {
      const publicKey = ristretto255.Point.fromBytes(newRoot(threshold, threshold).commitments[0] ?? assert.fail())
      const coalition = indexes(threshold - 1)
      const madeUp = coalition.map(() => Fn.create(BigInt(toHex(random(48)))))
      const points = [publicKey, ...madeUp.map((share) => BASE.multiply(share))]
      const lagrange = basis([0, ...coalition].map(BigInt))
      const commitments = indexes(threshold).map((_, k) =>
        points.reduce((sum, point, m) => sum.add(point.multiplyUnsafe(lagrange[m]?.[k] ?? 0n)), ZERO).toBytes(),
      )
      coalition.forEach((index, i) => {
        const share = Secret.from(Fn.toBytes(madeUp[i] ?? 0n))
        assert.deepEqual(checkShare(commitments, index, share), { ok: true })
      })
      assert.equal(toHex(commitments[0] ?? assert.fail()), toHex(publicKey.toBytes()))
    }
  })
})

describe('a resharing', () => {
  it('keeps the key whoever deals and whatever sizes change', () => {
    fc.assert(
      fc.property(group, group, (before, after) => {
        const old = newRoot(before.threshold, before.members)
        const next = reshare(old, holders(old, before.some), after.threshold, after.members)
        assert.equal(publicKey(next), publicKey(old))
        assert.equal(output(holders(next, after.some)), output(holders(old, before.others)))
      }),
      { numRuns: 8 },
    )
  })

  it('keeps the key also if more than t deal', () => {
    const old = newRoot(2, 4)
    assert.equal(publicKey(reshare(old, old.shares, 3, 5)), publicKey(old))
  })

  it('keeps the key through many refreshes', () => {
    const first = newRoot(2, 3)
    let last = first
    for (let round = 0; round < 4; round++) last = reshare(last, last.shares.slice(round % 2, 2 + (round % 2)), 2, 3)
    assert.equal(publicKey(last), publicKey(first))
    assert.equal(output(last.shares.slice(1)), output(first.shares.slice(1)))
  })

  it('makes old shares worth nothing beside new ones', () => {
    const old = newRoot(3, 5)
    const next = reshare(old, old.shares.slice(0, 3), 3, 5)
    const whole = output(next.shares.slice(0, 3))
    for (const news of [1, 2]) {
      const mixed = [...next.shares.slice(0, news), ...old.shares.slice(news, 3)]
      assert.notEqual(toHex(publicShareOf(interpolateShares(mixed))), publicKey(old))
      assert.notEqual(output(mixed), whole)
    }
  })

  it('makes partials of old shares fail under the new public shares', () => {
    const old = newRoot(2, 3)
    const next = reshare(old, old.shares.slice(0, 2), 2, 3)
    const [before = assert.fail(), after = assert.fail()] = [old.shares[0], next.shares[0]]
    const partial = evaluatePartial(before.share, publicShareOf(before.share), input, random)
    assert.ok(verifyPartial(publicShareOf(before.share), input, partial))
    assert.ok(!verifyPartial(publicShareOf(after.share), input, partial))
  })

  it('shows a dealer that deals anything but its share in office', () => {
    const old = newRoot(2, 3)
    const [own = assert.fail(), foreign = assert.fail()] = old.shares
    const lie = deal({ secret: foreign.share, threshold: 2, dealer: own.index, context, random })
    const expectedConstant = publicShareOf(own.share)
    assert.deepEqual(checkDealing({ ...lie, threshold: 2, dealer: own.index, context, expectedConstant }), {
      ok: false,
      reason: 'threshold.wrong-constant',
    })
  })
})

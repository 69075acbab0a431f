/** FROST's distributed key generation beside noble's implementation of it: equal bytes, and each accepts the other's. */
import assert from 'node:assert/strict'
import { getRandomValues } from 'node:crypto'
import { describe, it } from 'node:test'
import { ristretto255_FROST } from '@noble/curves/ed25519.js'
import { toHex } from '@pha/core/codec'
import { type RandomBytes, Secret } from '@pha/core/crypto'
import { checkDealing, checkShare, deal, publicSharesOf, shareFor, sumCommitments, sumShares } from './index.ts'

const { DKG, Identifier } = ristretto255_FROST
/** Noble's proof has no place for Komlo and Goldberg's Φ. */
const noContext = new Uint8Array(0)
const random: RandomBytes = (length) => getRandomValues(new Uint8Array(length))

const MEMBERS = [1, 2, 3, 4, 5]
const threshold = 3
const signers = { min: threshold, max: MEMBERS.length }

/** Both libraries ask for the same bytes in the same order. */
function replayed(): (length?: number) => Uint8Array<ArrayBuffer> {
  let next = 7
  return (length = 0) => Uint8Array.from({ length }, () => (next = (next * 73 + 41) & 255))
}

describe("FROST's key generation", () => {
  it("makes noble's commitments and proof from the same randomness", () => {
    const theirs = DKG.round1(Identifier.fromNumber(2), signers, undefined, replayed()).public
    const ours = deal({ threshold, dealer: 2, context: noContext, random: replayed() })
    assert.deepEqual(ours.commitments.map(toHex), theirs.commitment.map(toHex))
    assert.equal(toHex(ours.proof), toHex(theirs.proofOfKnowledge))
  })

  it('gives one group to two of us among three of noble', () => {
    const ours = new Map([1, 4].map((dealer) => [dealer, deal({ threshold, dealer, context: noContext, random })]))
    const theirs = new Map([2, 3, 5].map((i) => [i, DKG.round1(Identifier.fromNumber(i), signers)]))
    const published = MEMBERS.map((i) => {
      const own = ours.get(i)
      if (own === undefined) return theirs.get(i)?.public ?? assert.fail()
      const { commitments, proof } = own
      return { identifier: Identifier.fromNumber(i), commitment: [...commitments], proofOfKnowledge: proof }
    })
    const others = (i: number) => published.filter(({ identifier }) => identifier !== Identifier.fromNumber(i))

    // Theirs check ours in round2, ours check theirs.
    const fromTheirs = new Map([...theirs].map(([i, { secret }]) => [i, DKG.round2(secret, others(i))]))
    for (const [i, { commitment, proofOfKnowledge }] of [...published.entries()]) {
      const dealing = { commitments: commitment, proof: proofOfKnowledge, threshold, dealer: i + 1 }
      assert.deepEqual(checkDealing({ ...dealing, context: noContext }), { ok: true })
    }

    const dealtTo = (dealer: number, receiver: number): Secret => {
      const own = ours.get(dealer)
      if (own !== undefined) return shareFor(own.polynomial, receiver)
      const dealt = fromTheirs.get(dealer)?.[Identifier.fromNumber(receiver)]
      return Secret.from(dealt?.signingShare ?? assert.fail())
    }
    const whole = sumCommitments(published.map(({ commitment }) => commitment))
    assert.ok(whole.ok)
    const group = publicSharesOf(whole.commitments, MEMBERS)
    assert.ok(group.ok)

    for (const [i, { secret }] of theirs) {
      const dealt = MEMBERS.filter((dealer) => dealer !== i).map((dealer) => ({
        identifier: Identifier.fromNumber(dealer),
        signingShare: dealtTo(dealer, i).expose() as Uint8Array<ArrayBuffer>,
      }))
      const { public: key } = DKG.round3(secret, others(i), dealt)
      assert.deepEqual(key.commitments.map(toHex), whole.commitments.map(toHex))
      MEMBERS.forEach((member, k) => {
        const theirShare = key.verifyingShares[Identifier.fromNumber(member)] ?? assert.fail()
        assert.equal(toHex(group.publicShares[k] ?? assert.fail()), toHex(theirShare))
      })
    }
    for (const receiver of ours.keys()) {
      const dealt = MEMBERS.map((dealer) => ({ dealer, share: dealtTo(dealer, receiver) }))
      for (const { dealer, share } of dealt) {
        const { commitment } = published[dealer - 1] ?? assert.fail()
        assert.deepEqual(checkShare(commitment, receiver, share), { ok: true })
      }
      const share = sumShares(dealt.map(({ share }) => share))
      assert.deepEqual(checkShare(whole.commitments, receiver, share), { ok: true })
    }
  })
})

import { deepEqual, equal, ok } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { generateAgreementKey, Secret } from '@pha/core/crypto'
import { type Dealt, dealingContext, limits, type Party } from '@pha/core/protocol'
import { checkDealing, interpolateShares, publicShareOf, shareFor } from '@pha/core/threshold'
import { makeDealing, openDealing } from './index.ts'

const genesis = new Uint8Array(32).fill(7)
const dealer: Party = { index: 4, identity: new Uint8Array(32).fill(40) }
const seeds = [1, 2, 3].map((byte) => new Uint8Array(32).fill(byte))
const receivers = seeds.map((identity, i): Party => ({ index: i + 1, identity }))
const ceremony = { id: 9, threshold: 2, receivers }
const keys = seeds.map((seed) => generateAgreementKey(Secret.from(seed)).publicKey)
const secret = Secret.from(new Uint8Array(32).fill(3, 0, 31))
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))

const dealTo = (recipients: readonly (Uint8Array | undefined)[], dealt = shareFor) =>
  makeDealing({ genesis, ceremony, dealer, secret, recipients, random, shareFor: dealt })

/** What the receiver at this place finds, with the key of the one at another. */
function opens(dealt: Dealt, at: number, by = at) {
  const receiver = receivers[at] as Party
  const recipient = Secret.from(seeds[by] as Uint8Array)
  return openDealing({ genesis, recipient, ceremony, dealer, receiver }, dealt)
}

async function shareOf(dealt: Dealt, at: number) {
  const opened = await opens(dealt, at)
  if (!opened.ok) throw new Error(opened.reason)
  return { index: at + 1, share: opened.share }
}

describe('a dealing', () => {
  it('is accepted by the chain, and gives its secret to as many receivers as are needed', async () => {
    const { dealt } = await dealTo(keys)
    const { commitments, proof, sealed } = dealt.dealing
    const expectedConstant = publicShareOf(secret)
    const context = dealingContext(genesis, ceremony.id)
    deepEqual(checkDealing({ commitments, proof, threshold: 2, dealer: 4, context, expectedConstant }), { ok: true })
    deepEqual(
      sealed.map(({ length }) => length),
      [limits.dealtShare, limits.dealtShare, limits.dealtShare],
    )
    const two = [await shareOf(dealt, 0), await shareOf(dealt, 2)]
    deepEqual(publicShareOf(interpolateShares(two)), expectedConstant)
  })

  it('opens to nobody else, in no other ceremony, and from no other dealer', async () => {
    const { dealt } = await dealTo(keys)
    const refused = { ok: false, reason: 'dealing.not-opened' }
    deepEqual(await opens(dealt, 0, 1), refused)
    const [receiver, recipient] = [receivers[0] as Party, Secret.from(seeds[0] as Uint8Array)]
    const named = { genesis, recipient, ceremony, dealer, receiver }
    ok((await openDealing(named, dealt)).ok)
    for (const other of [
      { ...named, ceremony: { ...ceremony, id: 10 } },
      { ...named, dealer: { ...dealer, identity: receiver.identity } },
      { ...named, genesis: new Uint8Array(32) },
      { ...named, receiver: { ...receiver, index: 5 } },
    ]) {
      deepEqual(await openDealing(other, dealt), refused)
    }
  })

  it('whose share does not lie on what was committed to is a reason to complain', async () => {
    const { dealt } = await dealTo(keys, (polynomial, index) => shareFor(polynomial, index === 2 ? 3 : index))
    equal((await opens(dealt, 0)).ok, true)
    deepEqual(await opens(dealt, 1), { ok: false, reason: 'threshold.wrong-share' })
  })

  it('has zeros for whoever named no key or what is no key, and good shares for all others', async () => {
    // Coefficients of ML-KEM keys are below 3,329: no key has such bytes.
    const { dealt } = await dealTo([undefined, new Uint8Array(1_216).fill(0xff), keys[2]])
    const nothing = new Uint8Array(limits.dealtShare)
    deepEqual(dealt.dealing.sealed.slice(0, 2), [nothing, nothing])
    deepEqual(await opens(dealt, 1), { ok: false, reason: 'dealing.not-opened' })
    ok((await opens(dealt, 2)).ok)
  })
})

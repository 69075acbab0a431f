import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { concatBytes, fromHex, toHex } from '@pha/core/codec'
import { Secret } from '@pha/core/crypto'
import { checkShare, deal, interpolateCommitments, interpolateShares, publicShareOf, shareFor } from './index.ts'

type SharingVectors = {
  threshold: number
  groupSecretKey: string
  groupPublicKey: string
  sharePolynomialCoefficients: string[]
  participantShares: { index: number; share: string }[]
}
const file = new URL('../../../vectors/threshold/rfc9591-ristretto255.json', import.meta.url)
const vectors = JSON.parse(readFileSync(file, 'utf8')) as SharingVectors
const secret = Secret.from(fromHex(vectors.groupSecretKey))
const coefficients = vectors.sharePolynomialCoefficients.map((hex) => Secret.from(fromHex(hex)))
const shares = vectors.participantShares.map(({ index, share }) => ({ index, share: Secret.from(fromHex(share)) }))
const pairs = shares.map((missing) => shares.filter((share) => share !== missing))

describe('RFC 9591, FROST(ristretto255, SHA-512)', () => {
  it('gives each participant the published share (appendix C.1)', () => {
    const polynomial = Secret.from(concatBytes(...[secret, ...coefficients].map((each) => each.expose())))
    for (const { index, share } of shares)
      assert.equal(toHex(shareFor(polynomial, index).expose()), toHex(share.expose()))
  })

  it('accepts the published shares under commitments to the published coefficients (appendix C.2)', () => {
    const commitments = [secret, ...coefficients].map(publicShareOf)
    assert.equal(toHex(commitments[0] ?? assert.fail()), vectors.groupPublicKey)
    for (const { index, share } of shares) assert.deepEqual(checkShare(commitments, index, share), { ok: true })
  })

  it('interpolates the secret from any two shares (section 4.2)', () => {
    for (const pair of pairs) assert.equal(toHex(interpolateShares(pair).expose()), vectors.groupSecretKey)
  })

  it('interpolates the public key from any two public shares', () => {
    for (const pair of pairs) {
      const combined = interpolateCommitments(
        pair.map(({ index, share }) => ({ index, commitments: [publicShareOf(share)] })),
      )
      assert.deepEqual(combined, { ok: true, commitments: [fromHex(vectors.groupPublicKey)] })
    }
  })

  it('commits to the published secret as the published public key', () => {
    const random = (length: number) => new Uint8Array(length).fill(1)
    const { commitments } = deal({ secret, threshold: 2, dealer: 1, context: new Uint8Array(0), random })
    assert.equal(toHex(commitments[0] ?? assert.fail()), vectors.groupPublicKey)
  })
})

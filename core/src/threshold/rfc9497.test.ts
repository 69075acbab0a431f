import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { ristretto255, ristretto255_oprf } from '@noble/curves/ed25519.js'
import { fromHex, toHex } from '@pha/core/codec'
import { Secret } from '@pha/core/crypto'
import { hashToGroup } from './group.ts'
import { combinePartials, evaluatePartial, publicShareOf, verifyPartial } from './index.ts'

type VoprfVectors = {
  seed: string
  keyInfo: string
  secretKey: string
  publicKey: string
  vectors: {
    input: string
    blind: string
    blindedElement: string
    evaluationElement: string
    proof: string
    proofRandomScalar: string
    output: string
  }[]
}
const file = new URL('../../../vectors/crypto/voprf-ristretto255.json', import.meta.url)
const { seed, keyInfo, secretKey, publicKey, vectors } = JSON.parse(readFileSync(file, 'utf8')) as VoprfVectors
const { Point } = ristretto255
const share = Secret.from(fromHex(secretKey))

describe('RFC 9497, VOPRF with ristretto255-SHA512', () => {
  it('derives the key pair from seed and info', () => {
    const derived = ristretto255_oprf.voprf.deriveKeyPair(fromHex(seed), fromHex(keyInfo))
    assert.equal(toHex(derived.secretKey), secretKey)
    assert.equal(toHex(derived.publicKey), publicKey)
  })

  it('gives the public key of a share', () => {
    assert.equal(toHex(publicShareOf(share)), publicKey)
  })

  for (const [i, vector] of vectors.entries()) {
    const input = fromHex(vector.input)
    const blind = Point.Fn.fromBytes(fromHex(vector.blind))

    it(`hashes the input to the element that was blinded, vector ${i + 1}`, () => {
      assert.equal(toHex(Point.fromBytes(hashToGroup(input)).multiply(blind).toBytes()), vector.blindedElement)
    })

    it(`evaluates and proves with the published bytes, vector ${i + 1}`, () => {
      const { evaluated, proof } = ristretto255_oprf.voprf.blindEvaluate(
        fromHex(secretKey),
        fromHex(publicKey),
        fromHex(vector.blindedElement),
        (length = 0) => randomnessFor(fromHex(vector.proofRandomScalar), length),
      )
      assert.equal(toHex(evaluated), vector.evaluationElement)
      assert.equal(toHex(proof), vector.proof)
    })

    it(`gives the published output without a blind, vector ${i + 1}`, () => {
      const partial = evaluatePartial(share, fromHex(publicKey), input, (length) => new Uint8Array(length).fill(i))
      assert.ok(verifyPartial(fromHex(publicKey), input, partial))
      assert.equal(toHex(Point.fromBytes(partial.evaluated).multiply(blind).toBytes()), vector.evaluationElement)
      const combined = combinePartials(input, [{ index: 1, evaluated: partial.evaluated }], 1)
      assert.equal(toHex(combined.ok ? combined.output.expose() : assert.fail()), vector.output)
    })
  }
})

/** The library maps random bytes to (value mod (order - 1)) + 1; this goes the way back. */
function randomnessFor(scalar: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  bytes.set(Point.Fn.toBytes(Point.Fn.fromBytes(scalar) - 1n))
  return bytes
}

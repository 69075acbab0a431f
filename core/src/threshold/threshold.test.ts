import assert from 'node:assert/strict'
import { getRandomValues } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { ristretto255, ristretto255_oprf } from '@noble/curves/ed25519.js'
import { fromHex, toHex, utf8Encode } from '@pha/core/codec'
import type { RandomBytes } from '@pha/core/crypto'
import { Secret } from '@pha/core/crypto'
import fc from 'fast-check'
import type { CombineFailure, IndexedPartial, PartialEvaluation } from './index.ts'
import { combineInPublic, combinePartials, evaluatePartial, proofFails, verifyPartial } from './index.ts'

type ThresholdVectors = {
  threshold: number
  input: string
  output: string
  shares: { index: number; share: string; publicShare: string; evaluated: string; proof: string }[]
}
const file = new URL('../../../vectors/crypto/threshold-prf.json', import.meta.url)
const vectors = JSON.parse(readFileSync(file, 'utf8')) as ThresholdVectors

const { Fn, BASE } = ristretto255.Point
const random: RandomBytes = (length) => getRandomValues(new Uint8Array(length))
const input = utf8Encode('context, genesis, contract, epoch')
const root = wholeKey()
const whole = evaluateWithRootKey()

/** A key that one party has, as no network does. */
function wholeKey(): { readonly share: Secret; readonly publicShare: Uint8Array } {
  const seed = new Uint8Array(32).fill(5)
  const { secretKey, publicKey } = ristretto255_oprf.voprf.deriveKeyPair(seed, utf8Encode('pha/test/share/v1'))
  return { share: Secret.from(secretKey), publicShare: publicKey }
}

/** RFC 9497's own flow with one key and a blind: what the threshold PRF must give without either. */
function evaluateWithRootKey(): Uint8Array {
  const { voprf } = ristretto255_oprf
  const { blind, blinded } = voprf.blind(input)
  const { evaluated, proof } = voprf.blindEvaluate(root.share.expose(), root.publicShare, blinded)
  return voprf.finalize(input, blind, evaluated, blinded, root.publicShare, proof)
}

type Gatekeeper = { index: number; share: Secret; publicShare: Uint8Array }

/** Shamir shares of the root on a random polynomial of degree threshold - 1. */
function split(threshold: number, count: number): Gatekeeper[] {
  const coefficients = [Fn.fromBytes(root.share.expose())]
  while (coefficients.length < threshold) coefficients.push(Fn.create(BigInt(toHex(random(48)))))
  return Array.from({ length: count }, (_, i) => {
    const x = BigInt(i + 1)
    const y = coefficients.reduceRight((sum, coefficient) => Fn.add(Fn.mul(sum, x), coefficient), 0n)
    return { index: i + 1, share: Secret.from(Fn.toBytes(y)), publicShare: BASE.multiply(y).toBytes() }
  })
}

function evaluate({ index, share, publicShare }: Gatekeeper): IndexedPartial & PartialEvaluation {
  const partial = evaluatePartial(share, publicShare, input, random)
  assert.ok(verifyPartial(publicShare, input, partial))
  return { index, ...partial }
}

function output(partials: readonly IndexedPartial[], threshold: number): Uint8Array {
  const combined = combinePartials(input, partials, threshold)
  const inPublic = combineInPublic(input, partials, threshold)
  assert.ok(combined.ok && inPublic.ok)
  assert.deepEqual(inPublic.output, combined.output.expose())
  return inPublic.output
}

function failure(partials: readonly IndexedPartial[], threshold: number): CombineFailure {
  const combined = combinePartials(input, partials, threshold)
  assert.deepEqual(combineInPublic(input, partials, threshold), combined)
  return combined.ok ? assert.fail('was combined') : combined.reason
}

describe('the threshold PRF', () => {
  for (const [threshold, count] of [
    [1, 1],
    [2, 3],
    [3, 5],
  ] as const) {
    const partials = split(threshold, count).map(evaluate)

    it(`gives the whole key's output for any ${threshold} of ${count}, in any order`, () => {
      fc.assert(
        fc.property(fc.shuffledSubarray(partials, { minLength: threshold }), (some) => {
          assert.deepEqual(output(some, threshold), whole)
        }),
        { numRuns: 10 },
      )
    })

    if (threshold > 1) {
      it(`does not give it for ${threshold - 1} of ${count}`, () => {
        assert.notDeepEqual(output(partials.slice(0, threshold - 1), threshold - 1), whole)
        assert.equal(failure(partials.slice(0, threshold - 1), threshold), 'threshold.too-few-partials')
      })
    }
  }

  it('gives the bytes of the vectors for every pair', () => {
    for (const missing of vectors.shares) {
      const partials = vectors.shares.filter((one) => one !== missing)
      for (const { publicShare, evaluated, proof } of partials) {
        const partial = { evaluated: fromHex(evaluated), proof: fromHex(proof) }
        assert.ok(verifyPartial(fromHex(publicShare), fromHex(vectors.input), partial))
      }
      const indexed = partials.map(({ index, evaluated }) => ({ index, evaluated: fromHex(evaluated) }))
      const combined = combinePartials(fromHex(vectors.input), indexed, vectors.threshold)
      assert.equal(toHex(combined.ok ? combined.output.expose() : assert.fail()), vectors.output)
    }
  })

  it('gives another output for another input', () => {
    const other = evaluatePartial(root.share, root.publicShare, utf8Encode('next epoch'), random)
    assert.notDeepEqual(output([{ index: 1, evaluated: other.evaluated }], 1), whole)
  })
})

describe('a partial', () => {
  const [first = assert.fail(), second = assert.fail()] = split(2, 3)
  const partial = evaluate(first)

  it('is refused under the public share of another gatekeeper, or for another input', () => {
    assert.ok(!verifyPartial(second.publicShare, input, partial))
    assert.ok(!verifyPartial(first.publicShare, utf8Encode('next epoch'), partial))
  })

  it('is refused with a proof by another share', () => {
    const lie = evaluatePartial(second.share, first.publicShare, input, random)
    assert.ok(!verifyPartial(first.publicShare, input, lie))
    assert.ok(!verifyPartial(first.publicShare, input, { ...partial, evaluated: lie.evaluated }))
  })

  it('is refused after the change of any byte of element or proof', () => {
    for (let i = 0; i < 32; i += 3) {
      assert.ok(!verifyPartial(first.publicShare, input, { ...partial, evaluated: flip(partial.evaluated, i) }))
      assert.ok(!verifyPartial(first.publicShare, input, { ...partial, proof: flip(partial.proof, 2 * i) }))
    }
  })

  it('is refused with a non-canonical scalar in its proof', () => {
    for (const at of [0, 32]) {
      const scalar = BigInt(toHex(partial.proof.slice(at, at + 32).reverse())) + Fn.ORDER
      const proof = Uint8Array.from(partial.proof)
      for (let i = 0; i < 32; i++) proof[at + i] = Number((scalar >> BigInt(8 * i)) & 255n)
      assert.ok(!verifyPartial(first.publicShare, input, { ...partial, proof }))
    }
  })

  it('is refused with the identity as element or public share', () => {
    const identity = new Uint8Array(32)
    assert.ok(!verifyPartial(first.publicShare, input, { ...partial, evaluated: identity }))
    // A zero share: everything is the identity, and this proof would hold for it.
    assert.ok(!verifyPartial(identity, input, { evaluated: identity, proof: partial.proof }))
  })

  it('answers false, not a throw, for hostile bytes of any length', () => {
    const hostile = fc.uint8Array({ maxLength: 70 })
    fc.assert(
      fc.property(hostile, hostile, hostile, (publicShare, evaluated, proof) => {
        assert.ok(!verifyPartial(publicShare, input, { evaluated, proof }))
      }),
    )
    assert.ok(!verifyPartial(first.publicShare, new Uint8Array(65_536), partial))
  })
})

describe('a partial as evidence', () => {
  const [own = assert.fail(), other = assert.fail()] = split(2, 3)
  const partial = evaluate(own)

  it('is none if its proof holds', () => {
    assert.ok(!proofFails(own.publicShare, input, partial))
  })

  it('is some if it was made by another share, for another input, or is malformed', () => {
    assert.ok(proofFails(own.publicShare, input, evaluate(other)))
    assert.ok(proofFails(own.publicShare, utf8Encode('next epoch'), partial))
    assert.ok(proofFails(own.publicShare, input, { ...partial, evaluated: new Uint8Array(32) }))
    assert.ok(proofFails(own.publicShare, input, { ...partial, evaluated: new Uint8Array(32).fill(0xff) }))
    assert.ok(proofFails(own.publicShare, input, { ...partial, proof: new Uint8Array(64).fill(0xff) }))
  })

  it('is none where no partial could hold', () => {
    for (const publicShare of [new Uint8Array(32), new Uint8Array(32).fill(0xff), new Uint8Array(0)]) {
      assert.ok(!proofFails(publicShare, input, partial))
    }
    assert.ok(!proofFails(own.publicShare, new Uint8Array(65_536), partial))
  })
})

describe('combining partials', () => {
  const [first = assert.fail(), second = assert.fail()] = split(2, 2).map(evaluate)

  it('refuses index 0, where the secret lies, and indexes that are none', () => {
    for (const index of [0, -1, 1.5, 256, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.equal(failure([{ ...first, index }, second], 2), 'threshold.bad-index')
    }
  })

  it('refuses an index given twice', () => {
    assert.equal(failure([first, first], 2), 'threshold.duplicate-index')
  })

  it('refuses the identity and encodings that are no element', () => {
    const encodings = [
      new Uint8Array(32), // identity
      new Uint8Array(32).fill(0xff), // above the field's order
      flip(first.evaluated, 0), // odd: a negative field element
      first.evaluated.subarray(1),
    ]
    for (const evaluated of encodings) {
      assert.equal(failure([{ ...first, evaluated }, second], 2), 'threshold.bad-element')
    }
  })

  it('refuses a threshold that is none', () => {
    for (const threshold of [0, -1, 1.5, Number.NaN]) {
      assert.equal(failure([first, second], threshold), 'threshold.too-few-partials')
    }
  })

  it('refuses an input that RFC 9497 cannot encode', () => {
    const refused = { ok: false, reason: 'threshold.input-too-long' }
    assert.deepEqual(combinePartials(new Uint8Array(65_536), [first], 1), refused)
    assert.deepEqual(combineInPublic(new Uint8Array(65_536), [first], 1), refused)
    assert.ok(combineInPublic(new Uint8Array(65_535), [first], 1).ok)
  })
})

function flip(bytes: Uint8Array, at: number): Uint8Array {
  const changed = Uint8Array.from(bytes)
  changed[at] = (changed[at] as number) ^ 1
  return changed
}

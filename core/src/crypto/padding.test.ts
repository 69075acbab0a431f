import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fromHex, toHex } from '@pha/core/codec'
import fc from 'fast-check'
import { PADDING_FLOOR, pad, paddedLength, unpad } from './index.ts'

type PaddingVectors = {
  lengths: { plaintext: number; floor?: number; padded: number }[]
  valid: { plaintext: string; padded: string }[]
  invalid: { description: string; padded: string }[]
}
const file = new URL('../../../vectors/crypto/padding.json', import.meta.url)
const vectors = JSON.parse(readFileSync(file, 'utf8')) as PaddingVectors

describe('padding', () => {
  it('has the lengths of the vectors', () => {
    for (const { plaintext, floor, padded } of vectors.lengths) assert.equal(paddedLength(plaintext, floor), padded)
  })

  it('has the bytes of the vectors, both ways', () => {
    for (const { plaintext, padded } of vectors.valid) {
      assert.equal(toHex(pad(fromHex(plaintext))), padded)
      assert.equal(toHex(unpad(fromHex(padded)) ?? assert.fail()), plaintext)
    }
  })

  for (const { description, padded } of vectors.invalid) {
    it(`refuses padding that is malformed: ${description}`, () => assert.equal(unpad(fromHex(padded)), undefined))
  }

  it('comes off exactly, whatever the plaintext and the floor', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 0, max: 4000 }), (plaintext, floor) => {
        const padded = pad(plaintext, floor)
        assert.ok(padded.length >= Math.max(floor, PADDING_FLOOR))
        assert.deepEqual(unpad(padded, floor), plaintext)
      }),
    )
  })

  it('accepts nothing but what pad makes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const plaintext = unpad(bytes)
        if (plaintext !== undefined) assert.deepEqual(pad(plaintext), bytes)
      }),
    )
  })

  it('costs at most 12 % above the floor and shows few lengths', () => {
    const seen = new Set<number>()
    for (let length = PADDING_FLOOR; length < 70_000; length++) {
      const padded = paddedLength(length)
      assert.ok(padded >= length + 4 && padded - (length + 4) <= 0.12 * (length + 4))
      seen.add(padded)
    }
    assert.ok(seen.size <= 131, `${seen.size} lengths`)
  })

  it('makes all messages below the floor equally long', () => {
    for (let length = 0; length <= 5000 - 4; length += 7) assert.equal(pad(new Uint8Array(length), 5000).length, 5000)
  })

  it('reads a view into a larger buffer', () => {
    const larger = new Uint8Array(300).fill(7)
    larger.set(pad(Uint8Array.of(1, 2, 3)), 11)
    assert.deepEqual(unpad(larger.subarray(11, 11 + 256)), Uint8Array.of(1, 2, 3))
  })
})

import assert from 'node:assert/strict'
import { hkdfSync } from 'node:crypto'
import { describe, it } from 'node:test'
import { concatBytes, lengthPrefixed, utf8Encode } from '@pha/core/codec'
import fc from 'fast-check'
import { deriveSecret, Secret } from './index.ts'

const text = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme-ascii' })

describe('deriveSecret', () => {
  it('is HKDF-SHA256 without salt over lp(context) || info, as node:crypto computes it', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        text,
        fc.uint8Array(),
        fc.integer({ min: 1, max: 200 }),
        (key, context, info, length) => {
          const expected = hkdfSync('sha256', key, '', concatBytes(lengthPrefixed(utf8Encode(context)), info), length)
          assert.deepEqual(deriveSecret(Secret.from(key), context, info, length).expose(), new Uint8Array(expected))
        },
      ),
    )
  })

  it('separates a context from its info', () => {
    const key = Secret.from(new Uint8Array(32))
    const moved = deriveSecret(key, 'pha/a', utf8Encode('b'), 32)
    assert.ok(!deriveSecret(key, 'pha/ab', new Uint8Array(0), 32).equals(moved))
  })
})

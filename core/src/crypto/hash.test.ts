import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { blake2b } from '@noble/hashes/blake2.js'
import { toHex, utf8Encode } from '@pha/core/codec'
import fc from 'fast-check'
import { blake2b64, blake2b128, blake2b256, sha256, sha512, twox64, twox128 } from './index.ts'

describe('hash functions', () => {
  it('give the storage prefix of the System pallet', () => {
    assert.equal(toHex(twox128(utf8Encode('System'))), '0x26aa394eea5630e07c48ae0c9558cef7')
    assert.deepEqual(twox64(utf8Encode('System')), twox128(utf8Encode('System')).slice(0, 8))
  })

  it('agree with other implementations, however the input is split', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (left, right) => {
        const whole = Uint8Array.of(...left, ...right)
        assert.deepEqual(blake2b256(left, right), blake2b(whole, { dkLen: 32 }))
        assert.deepEqual(blake2b128(left, right), blake2b(whole, { dkLen: 16 }))
        assert.deepEqual(blake2b64(left, right), blake2b(whole, { dkLen: 8 }))
        assert.deepEqual(sha256(left, right), new Uint8Array(createHash('sha256').update(whole).digest()))
        assert.deepEqual(sha512(left, right), new Uint8Array(createHash('sha512').update(whole).digest()))
      }),
    )
  })
})

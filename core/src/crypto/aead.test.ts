import assert from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { aessiv } from '@noble/ciphers/aes.js'
import { concatBytes, fromHex, toHex } from '@pha/core/codec'
import fc from 'fast-check'
import { openDeterministic, openWithNonce, Secret, sealDeterministic, sealWithNonce } from './index.ts'

type SivVectors = {
  vectors: { description: string; key: string; aad: string[]; plaintext: string; sealed: string }[]
}
const file = new URL('../../../vectors/crypto/aes-siv.json', import.meta.url)
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as SivVectors
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

describe('AES-SIV (RFC 5297)', () => {
  for (const { description, key, aad, plaintext, sealed } of vectors) {
    it(`gives the published bytes: ${description}`, () => {
      const strings = aad.map(fromHex)
      assert.equal(toHex(aessiv(fromHex(key), ...strings).encrypt(fromHex(plaintext))), sealed)
      if (fromHex(key).length !== 64) return
      const secret = Secret.from(fromHex(key))
      assert.equal(toHex(sealDeterministic(secret, strings, fromHex(plaintext))), sealed)
      assert.equal(toHex(openDeterministic(secret, strings, fromHex(sealed)) ?? new Uint8Array(0)), plaintext)
    })
  }

  it('opens to the plaintext, and to nothing after any change', () => {
    fc.assert(
      fc.property(
        bytes(64),
        fc.array(fc.uint8Array(), { maxLength: 4 }),
        fc.uint8Array({ maxLength: 100 }),
        fc.nat(),
        (key, aad, plaintext, at) => {
          const secret = Secret.from(key)
          const sealed = sealDeterministic(secret, aad, plaintext)
          assert.deepEqual(openDeterministic(secret, aad, sealed), plaintext)
          assert.equal(openDeterministic(secret, [...aad, new Uint8Array(0)], sealed), undefined)
          assert.equal(openDeterministic(secret, aad, sealed.subarray(1)), undefined)
          assert.equal(openDeterministic(secret, aad, flipBit(sealed, at)), undefined)
        },
      ),
    )
  })

  it('binds the aad as a vector, not as one string', () => {
    const key = Secret.from(new Uint8Array(64))
    const sealed = sealDeterministic(key, [Uint8Array.of(1, 2), Uint8Array.of(3)], Uint8Array.of(9))
    assert.equal(openDeterministic(key, [Uint8Array.of(1), Uint8Array.of(2, 3)], sealed), undefined)
  })

  it('answers undefined, not a throw, for hostile bytes of any length', () => {
    const key = Secret.from(new Uint8Array(64))
    for (let length = 0; length < 40; length++)
      assert.equal(openDeterministic(key, [], new Uint8Array(length)), undefined)
  })

  it('refuses a key of half the length', () => {
    assert.throws(() => sealDeterministic(Secret.from(new Uint8Array(32)), [], new Uint8Array(0)), {
      code: 'crypto.wrong-length',
    })
  })
})

describe('AES-256-GCM', () => {
  it('gives the bytes that node:crypto gives, and opens them', () => {
    fc.assert(
      fc.property(
        bytes(32),
        bytes(12),
        fc.uint8Array(),
        fc.uint8Array({ maxLength: 100 }),
        fc.nat(),
        (key, nonce, aad, plaintext, at) => {
          const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad)
          const expected = concatBytes(cipher.update(plaintext), cipher.final(), cipher.getAuthTag())
          const sealed = sealWithNonce(Secret.from(key), nonce, aad, plaintext)
          assert.deepEqual(sealed, expected)
          assert.deepEqual(openWithNonce(Secret.from(key), nonce, aad, sealed), plaintext)
          assert.equal(openWithNonce(Secret.from(key), nonce, aad, flipBit(sealed, at)), undefined)
          assert.equal(openWithNonce(Secret.from(key), nonce, concatBytes(aad, Uint8Array.of(0)), sealed), undefined)
        },
      ),
    )
  })

  it('answers undefined, not a throw, for hostile bytes and nonces of any length', () => {
    const key = Secret.from(new Uint8Array(32))
    const none = new Uint8Array(0)
    for (let length = 0; length < 40; length++) {
      assert.equal(openWithNonce(key, new Uint8Array(12), none, new Uint8Array(length)), undefined)
      if (length !== 12) assert.equal(openWithNonce(key, new Uint8Array(length), none, new Uint8Array(40)), undefined)
    }
  })
})

function flipBit(bytes: Uint8Array, at: number): Uint8Array {
  const changed = Uint8Array.from(bytes)
  const index = at % changed.length
  changed[index] = (changed[index] as number) ^ 1
  return changed
}

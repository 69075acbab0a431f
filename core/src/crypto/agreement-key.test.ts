import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { XWing } from '@hpke/hybridkem-x-wing'
import { ml_kem768_x25519 } from '@noble/post-quantum/hybrid.js'
import { fromHex, toHex } from '@pha/core/codec'
import { generateAgreementKey, Secret } from './index.ts'

type XWingVectors = {
  vectors: {
    seed: string
    encapsulationRandomness: string
    publicKey: string
    encapsulation: string
    sharedSecret: string
  }[]
}
const file = new URL('../../../vectors/crypto/x-wing.json', import.meta.url)
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as XWingVectors

describe('X-Wing', () => {
  for (const [i, vector] of vectors.entries()) {
    it(`gives the draft's public key, vector ${i + 1}`, () => {
      assert.equal(toHex(generateAgreementKey(Secret.from(fromHex(vector.seed))).publicKey), vector.publicKey)
    })

    it(`encapsulates and decapsulates the same in both libraries, vector ${i + 1}`, async () => {
      const seed = fromHex(vector.seed)
      const kem = new XWing()
      const recipientPublicKey = await kem.importKey('raw', buffer(fromHex(vector.publicKey)), true)
      const ekm = buffer(fromHex(vector.encapsulationRandomness))
      const sent = await kem.encap({ recipientPublicKey, ekm })
      assert.equal(toHex(new Uint8Array(sent.enc)), vector.encapsulation)
      assert.equal(toHex(new Uint8Array(sent.sharedSecret)), vector.sharedSecret)
      assert.equal(toHex(ml_kem768_x25519.decapsulate(new Uint8Array(sent.enc), seed)), vector.sharedSecret)

      const other = ml_kem768_x25519.encapsulate(fromHex(vector.publicKey))
      const recipientKey = await kem.importKey('raw', buffer(seed), false)
      const received = await kem.decap({ recipientKey, enc: buffer(other.cipherText) })
      assert.deepEqual(new Uint8Array(received), other.sharedSecret)
    })
  }

  it('refuses a seed of another length', () => {
    assert.throws(() => generateAgreementKey(Secret.from(new Uint8Array(31))), { code: 'crypto.wrong-length' })
  })
})

function buffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}

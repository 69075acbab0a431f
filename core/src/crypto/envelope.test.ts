import assert from 'node:assert/strict'
import { createDecipheriv, createHmac, getRandomValues } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { ml_kem768_x25519 } from '@noble/post-quantum/hybrid.js'
import { concatBytes, fromHex, toHex, utf8Encode } from '@pha/core/codec'
import type { RandomBytes } from './index.ts'
import { ENVELOPE_OVERHEAD, generateAgreementKey, open, Secret, seal, unpad } from './index.ts'

type EnvelopeVectors = {
  seed: string
  vectors: {
    description: string
    context: string
    aad: string
    plaintext: string
    paddingFloor: number
    encapsulationRandomness: string
    sealed: string
  }[]
}
const file = new URL('../../../vectors/crypto/envelope.json', import.meta.url)
const vectors = JSON.parse(readFileSync(file, 'utf8')) as EnvelopeVectors

const random: RandomBytes = (length) => getRandomValues(new Uint8Array(length))
const seed = Secret.from(fromHex(vectors.seed))
const recipient = generateAgreementKey(seed).publicKey
const context = 'pha/test/envelope/v1'
const aad = utf8Encode('genesis, contract, sender')
const plaintext = utf8Encode('a command')

describe('an envelope', () => {
  for (const vector of vectors.vectors) {
    const input = { context: vector.context, aad: fromHex(vector.aad), paddingFloor: vector.paddingFloor }

    it(`has the bytes of the vector: ${vector.description}`, () => {
      const fixed = fromHex(vector.encapsulationRandomness)
      const sealed = seal({ ...input, recipient, plaintext: fromHex(vector.plaintext), random: () => fixed })
      assert.equal(toHex(sealed), vector.sealed)
      assert.deepEqual(open({ ...input, seed, sealed }), fromHex(vector.plaintext))
    })

    it(`opens with a second implementation of RFC 9180: ${vector.description}`, () => {
      const padded = openByHand(seed.expose(), utf8Encode(vector.context), fromHex(vector.aad), fromHex(vector.sealed))
      assert.deepEqual(unpad(padded, vector.paddingFloor), fromHex(vector.plaintext))
    })
  }

  it('differs each time, though the plaintext is the same', () => {
    const params = { recipient, context, aad, plaintext, random }
    assert.notDeepEqual(seal(params), seal(params))
  })

  it('opens for its recipient, context and aad only', () => {
    const sealed = seal({ recipient, context, aad, plaintext, random })
    assert.deepEqual(open({ seed, context, aad, sealed }), plaintext)
    assert.equal(open({ seed: Secret.from(new Uint8Array(32)), context, aad, sealed }), undefined)
    assert.equal(open({ seed, context: 'pha/test/other/v1', aad, sealed }), undefined)
    assert.equal(open({ seed, context, aad: utf8Encode('another sender'), sealed }), undefined)
  })

  it('opens to undefined, never a throw, when cut or changed anywhere', () => {
    const sealed = seal({ recipient, context, aad, plaintext, random })
    for (const at of [0, 500, 1087, 1088, 1119, 1120, 1200, sealed.length - 1]) {
      const changed = Uint8Array.from(sealed)
      changed[at] = (changed[at] as number) ^ 1
      assert.equal(open({ seed, context, aad, sealed: changed }), undefined, `byte ${at}`)
    }
    for (const length of [0, 1, 1119, 1120, 1121, 1136, sealed.length - 1]) {
      assert.equal(open({ seed, context, aad, sealed: sealed.subarray(0, length) }), undefined, `cut ${length}`)
    }
    assert.equal(open({ seed, context, aad, sealed: new Uint8Array(2000) }), undefined, 'zeros: a low-order point')
    assert.equal(open({ seed, context, aad, sealed: new Uint8Array(2000).fill(0xff) }), undefined)
  })

  it('is equally long for all plaintexts of a bucket', () => {
    for (const length of [0, 100, 252]) {
      const sealed = seal({ recipient, context, aad, plaintext: new Uint8Array(length), random })
      assert.equal(sealed.length, ENVELOPE_OVERHEAD + 256)
    }
  })

  it('can not be sealed to an unusable public key', () => {
    const params = { context, aad, plaintext, random }
    assert.throws(() => seal({ ...params, recipient: recipient.subarray(1) }), { code: 'crypto.wrong-length' })
    const unreduced = Uint8Array.from(recipient).fill(0xff, 0, 1184) // coefficients above ML-KEM's modulus
    assert.throws(() => seal({ ...params, recipient: unreduced }), { code: 'crypto.bad-public-key' })
    const lowOrder = Uint8Array.from(recipient).fill(0, 1184)
    assert.throws(() => seal({ ...params, recipient: lowOrder }), { code: 'crypto.bad-public-key' })
  })

  it('reads its inputs from views into larger buffers', () => {
    const view = (bytes: Uint8Array) => concatBytes(Uint8Array.of(9, 9, 9), bytes, Uint8Array.of(9)).subarray(3, -1)
    const sealed = seal({
      recipient: view(recipient),
      context,
      aad: view(aad),
      plaintext: view(plaintext),
      random,
    })
    assert.deepEqual(open({ seed, context, aad: view(aad), sealed: view(sealed) }), plaintext)
  })
})

/** RFC 9180 sections 4, 5.1 and 5.2 for mode base, one message, from node:crypto and the other X-Wing library. */
function openByHand(seed: Uint8Array, info: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array {
  const none = new Uint8Array(0)
  const hmac = (key: Uint8Array, data: Uint8Array) => new Uint8Array(createHmac('sha256', key).update(data).digest())
  const suiteId = concatBytes(utf8Encode('HPKE'), Uint8Array.of(0x64, 0x7a, 0, 1, 0, 2))
  const label = (name: string) => concatBytes(utf8Encode('HPKE-v1'), suiteId, utf8Encode(name))
  const extract = (salt: Uint8Array, name: string, ikm: Uint8Array) => hmac(salt, concatBytes(label(name), ikm))
  const expand = (key: Uint8Array, name: string, context: Uint8Array, length: number) =>
    hmac(key, concatBytes(Uint8Array.of(0, length), label(name), context, Uint8Array.of(1))).slice(0, length)

  const sharedSecret = ml_kem768_x25519.decapsulate(sealed.subarray(0, 1120), seed)
  const scheduleContext = concatBytes(
    Uint8Array.of(0),
    extract(none, 'psk_id_hash', none),
    extract(none, 'info_hash', info),
  )
  const secret = extract(sharedSecret, 'secret', none)
  const key = expand(secret, 'key', scheduleContext, 32)
  const nonce = expand(secret, 'base_nonce', scheduleContext, 12)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(aad).setAuthTag(sealed.subarray(-16))
  return concatBytes(decipher.update(sealed.subarray(1120, -16)), decipher.final())
}

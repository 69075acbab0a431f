import assert from 'node:assert/strict'
import { createPrivateKey, sign as nodeSign } from 'node:crypto'
import { describe, it } from 'node:test'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { concatBytes, fromHex, toHex, utf8Encode } from '@pha/core/codec'
import { sr25519_keypair_from_seed, sr25519_sign } from '@polkadot-labs/schnorrkel-wasm'
import { verify as scureVerify } from '@scure/sr25519'
import fc from 'fast-check'
import type { Keypair, MultiSignature, SignatureScheme } from './index.ts'
import {
  blake2b256,
  keypairFromSeed,
  multiSign,
  Secret,
  verifyEd25519,
  verifySignature,
  verifySr25519,
} from './index.ts'

const schemes: SignatureScheme[] = ['ed25519', 'sr25519', 'ecdsa']
const seed = new Uint8Array(32).fill(7)
const message = utf8Encode('a message')
const keypair = (scheme: SignatureScheme, from: Uint8Array = seed): Keypair =>
  keypairFromSeed(scheme, Secret.from(from))

for (const scheme of schemes) {
  describe(`${scheme} MultiSignature`, () => {
    const alice = keypair(scheme)
    const signature = multiSign(alice, message)

    it('is accepted for its account and message only', () => {
      assert.ok(verifySignature(signature, message, alice.accountId))
      assert.ok(!verifySignature(signature, concatBytes(message, Uint8Array.of(0)), alice.accountId))
      assert.ok(!verifySignature(signature, message, keypair(scheme, new Uint8Array(32).fill(8)).accountId))
    })

    it('is refused under another scheme', () => {
      for (const type of ['Ed25519', 'Sr25519', 'Ecdsa'] as const) {
        if (type !== signature.type) assert.ok(!verifySignature({ ...signature, type }, message, alice.accountId))
      }
    })

    it('is deterministic', () => assert.deepEqual(multiSign(alice, message), signature))

    it('is refused after the change of any one byte', () => {
      for (let i = 0; i < signature.value.length; i++) {
        const value = Uint8Array.from(signature.value)
        value[i] = (value[i] as number) ^ 1
        assert.ok(!verifySignature({ ...signature, value }, message, alice.accountId), `byte ${i}`)
      }
    })

    it('answers false, not a throw, for hostile bytes of any length', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 70 }), fc.uint8Array({ maxLength: 40 }), (value, accountId) => {
          const hostile: MultiSignature = { type: signature.type, value }
          assert.ok(!verifySignature(hostile, message, accountId))
          assert.ok(!verifySignature(hostile, message, alice.accountId))
          assert.ok(!verifySignature(signature, message, accountId))
        }),
      )
    })

    it('keeps its key when the seed is wiped, and shows no secret', () => {
      const wiped = Secret.from(seed)
      const pair = keypairFromSeed(scheme, wiped)
      wiped.wipe()
      assert.ok(verifySignature(multiSign(pair, message), message, alice.accountId))
      assert.doesNotMatch(JSON.stringify(pair), /"7":7/)
    })
  })
}

describe('ed25519', () => {
  it('gives the signature of RFC 8032 section 7.1, test 2', () => {
    const pair = keypair('ed25519', fromHex('0x4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'))
    assert.equal(toHex(pair.publicKey), '0x3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c')
    assert.equal(
      toHex(pair.sign(Uint8Array.of(0x72))),
      '0x92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    )
  })

  it('agrees with node:crypto', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.uint8Array(), (secret, text) => {
        const pair = keypair('ed25519', secret)
        const pkcs8 = concatBytes(fromHex('0x302e020100300506032b657004220420'), secret)
        const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
        assert.deepEqual(pair.sign(text), new Uint8Array(nodeSign(null, text, key)))
      }),
      { numRuns: 20 },
    )
  })

  it('refuses a public key of small order, which signs everything', () => {
    const identity = new Uint8Array(32)
    identity[0] = 1
    const forged = new Uint8Array(64)
    forged[0] = 1 // R = identity, s = 0
    assert.ok(!verifyEd25519(identity, message, forged))
  })

  it('refuses s + order, a second encoding of the same signature', () => {
    const pair = keypair('ed25519')
    const signature = pair.sign(message)
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    const value = Uint8Array.from(signature)
    value.set(littleEndian(readLittleEndian(signature.subarray(32)) + order), 32)
    assert.ok(!verifyEd25519(pair.publicKey, message, value))
  })
})

describe('sr25519', () => {
  const pair = keypair('sr25519')

  it('expands a seed as the Rust implementation does', () => {
    assert.deepEqual(sr25519_keypair_from_seed(seed).slice(64), pair.publicKey)
  })

  it('signs for the Rust implementation and verifies what it signs, and the JavaScript one agrees', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (text) => {
        const rust = sr25519_keypair_from_seed(seed)
        const fromRust = sr25519_sign(rust.slice(64), rust.slice(0, 64), text)
        assert.ok(verifySr25519(pair.publicKey, text, fromRust))
        assert.ok(scureVerify(text, fromRust, pair.publicKey))
        assert.ok(verifySr25519(pair.publicKey, text, pair.sign(text)))
      }),
      { numRuns: 20 },
    )
  })

  it('refuses the identity as a public key, for which anyone can sign', () => {
    const forged = new Uint8Array(64)
    forged[63] = 0x80
    assert.ok(!verifySr25519(new Uint8Array(32), message, forged))
  })

  it('goes on verifying after many malformed signatures and keys', () => {
    const signature = pair.sign(message)
    const unmarked = Uint8Array.from(signature)
    unmarked[63] = (unmarked[63] as number) & 0x7f
    const large = new Uint8Array(100_000)
    for (let i = 0; i < 2000; i++) {
      assert.ok(!verifySr25519(pair.publicKey, large, unmarked))
      assert.ok(!verifySr25519(pair.publicKey, large, new Uint8Array(64).fill(0xff)))
      assert.ok(!verifySr25519(pair.publicKey, large, new Uint8Array(i % 70)))
    }
    for (let i = 0; i < 200; i++) assert.ok(!verifySr25519(new Uint8Array(32).fill(0xff), large, signature))
    assert.ok(verifySr25519(pair.publicKey, message, signature))
  })
})

describe('ecdsa', () => {
  const pair = keypair('ecdsa')
  const signature = pair.sign(message)

  it('hashes message and public key with blake2b-256', () => {
    assert.deepEqual(pair.accountId, blake2b256(pair.publicKey))
    assert.ok(secp256k1.verify(signature.subarray(0, 64), blake2b256(message), pair.publicKey, { prehash: false }))
  })

  it('refuses the mirrored signature with high s', () => {
    const s = secp256k1.Point.Fn.ORDER - BigInt(toHex(signature.subarray(32, 64)))
    const mirrored = Uint8Array.from(signature)
    mirrored.set(littleEndian(s).reverse(), 32)
    mirrored[64] = (mirrored[64] as number) ^ 1
    assert.ok(!verifySignature({ type: 'Ecdsa', value: mirrored }, message, pair.accountId))
  })

  it("refuses Ethereum's recovery ids", () => {
    const value = Uint8Array.from(signature)
    value[64] = (value[64] as number) + 27
    assert.ok(!verifySignature({ type: 'Ecdsa', value }, message, pair.accountId))
  })
})

function readLittleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

function littleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n))
}

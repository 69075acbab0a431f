import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { Aes256Gcm, CipherSuite, HkdfSha256 } from '@hpke/core'
import { XWing } from '@hpke/hybridkem-x-wing'
import { utf8Encode } from '@pha/core/codec'
import fc from 'fast-check'
import { primitives as selected } from '#primitives'
import { recipientContext, senderContext } from './hpke.ts'
import { generateAgreementKey, keypairFromSeed, Secret } from './index.ts'
import { primitives as node } from './node/primitives.ts'
import type { Primitives } from './primitives.ts'
import { primitives as pure } from './pure/primitives.ts'

const sets: readonly (readonly [string, Primitives])[] = [
  ['JavaScript', pure],
  ['OpenSSL', node],
]
const bytes = (length?: number) =>
  fc.uint8Array(length === undefined ? { maxLength: 600 } : { minLength: length, maxLength: length })
const newKey = () => generateAgreementKey(Secret.from(randomBytes(32)))

/** Both sets agree, or both refuse. */
function same(run: (set: Primitives) => unknown): void {
  assert.deepEqual(run(node), run(pure))
}

describe('the two sets of primitives', () => {
  it('are chosen by the platform: Node takes that of OpenSSL', () => {
    assert.equal(selected, node)
  })

  it('give the same bytes, and open what the other sealed', () => {
    fc.assert(
      fc.property(bytes(32), bytes(12), bytes(), bytes(), (key, nonce, aad, plaintext) => {
        same((set) => set.gcmSeal(key, nonce, aad, plaintext))
        const sealed = node.gcmSeal(key, nonce, aad, plaintext)
        same((set) => set.gcmOpen(key, nonce, aad, sealed))
        assert.deepEqual(node.gcmOpen(key, nonce, aad, sealed), plaintext)
        same((set) => set.hmacSha256(key, plaintext))
        same((set) => set.hmacSha256(aad, plaintext))
      }),
      { numRuns: 50 },
    )
  })

  it('refuse the same forgeries', () => {
    const [key, nonce, aad] = [randomBytes(32), randomBytes(12), randomBytes(5)]
    const sealed = pure.gcmSeal(key, nonce, aad, randomBytes(40))
    for (let at = 0; at < sealed.length; at++) {
      const forged = Uint8Array.from(sealed)
      forged[at] = (forged[at] as number) ^ 0x80
      for (const [name, set] of sets) assert.equal(set.gcmOpen(key, nonce, aad, forged), undefined, `${name}, ${at}`)
    }
    for (let length = 0; length < sealed.length; length++) {
      for (const [name, set] of sets) {
        assert.equal(set.gcmOpen(key, nonce, aad, sealed.subarray(0, length)), undefined, `${name}, ${length} bytes`)
      }
    }
  })

  it('decapsulate what the other encapsulated, and implicitly reject to the same secret', () => {
    const { seed, publicKey } = newKey()
    for (const [name, set] of sets) {
      const { encapsulation, sharedSecret } = set.xWingEncapsulate(publicKey, undefined)
      assert.equal(encapsulation.length, 1120)
      for (const [other, opening] of sets) {
        assert.deepEqual(opening.xWingDecapsulate(seed, encapsulation), sharedSecret, `${name} to ${other}`)
      }
      for (const at of [0, 500, 1087, 1088, 1118]) {
        const forged = Uint8Array.from(encapsulation)
        forged[at] = (forged[at] as number) ^ 1
        same((opening) => opening.xWingDecapsulate(seed, forged))
        assert.notDeepEqual(node.xWingDecapsulate(seed, forged), sharedSecret)
      }
      const lowOrder = Uint8Array.from(encapsulation).fill(0, 1088)
      for (const [other, opening] of sets) {
        assert.equal(opening.xWingDecapsulate(seed, lowOrder), undefined, `${name} to ${other}`)
      }
    }
  })

  it('encapsulate to the same bytes where the randomness is given', () => {
    const { publicKey } = newKey()
    const random = randomBytes(64)
    same((set) => set.xWingEncapsulate(publicKey, () => random))
  })

  it('refuse the same public keys', () => {
    const { publicKey } = newKey()
    const unreduced = Uint8Array.from(publicKey).fill(0xff, 0, 1184)
    const lowOrder = Uint8Array.from(publicKey).fill(0, 1184)
    for (const [name, set] of sets) {
      for (const key of [unreduced, lowOrder]) {
        assert.throws(() => set.xWingEncapsulate(key, undefined), { code: 'crypto.bad-public-key' }, name)
      }
    }
  })

  it('sign to the same bytes, and take what the other signed and nothing that was changed', () => {
    fc.assert(
      fc.property(bytes(32), bytes(), fc.nat(), (seedBytes, message, at) => {
        const seed = Secret.from(seedBytes)
        same((set) => set.ed25519Sign(seed, message))
        same((set) => set.ed25519PublicKey(seed))
        const signature = node.ed25519Sign(seed, message)
        const { publicKey } = keypairFromSeed('ed25519', seed)
        const forged = Uint8Array.from(signature)
        forged[at % 64] = (forged[at % 64] as number) ^ 1
        for (const [name, set] of sets) {
          assert.ok(set.ed25519Verify(publicKey, message, signature), name)
          assert.ok(!set.ed25519Verify(publicKey, message, forged), name)
          assert.ok(!set.ed25519Verify(publicKey, Uint8Array.of(...message, 0), signature), name)
          assert.ok(!set.ed25519Verify(forged.subarray(0, 32), message, signature), name)
          assert.ok(!set.ed25519Verify(publicKey.subarray(1), message, signature), name)
          assert.ok(!set.ed25519Verify(publicKey, message, signature.subarray(1)), name)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('use no key of a seed that was wiped', () => {
    const { seed, publicKey } = newKey()
    const { encapsulation } = node.xWingEncapsulate(publicKey, undefined)
    node.xWingDecapsulate(seed, encapsulation)
    seed.wipe()
    assert.throws(() => node.xWingDecapsulate(seed, encapsulation), { code: 'crypto.secret-wiped' })
  })
})

describe('HPKE', () => {
  const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
  const info = utf8Encode('what it is for')
  const aad = utf8Encode('what it belongs to')
  const plaintext = utf8Encode('a message')
  const own = (part: Uint8Array): ArrayBuffer => Uint8Array.from(part).buffer

  it('opens and exports as @hpke/core does, in both directions', async () => {
    const { seed, publicKey } = newKey()
    const sender = senderContext(publicKey, info)
    const recipientKey = await suite.kem.importKey('raw', own(seed.expose()), false)
    const theirs = await suite.createRecipientContext({ recipientKey, info, enc: own(sender.encapsulation) })
    const sealed = sender.context.seal(aad, plaintext)
    assert.deepEqual(new Uint8Array(await theirs.open(own(sealed), own(aad))), plaintext)
    const exported = new Uint8Array(await theirs.export(own(aad), 32))
    assert.deepEqual(Uint8Array.from(sender.context.export(aad, 32).expose()), exported)

    const recipientPublicKey = await suite.kem.importKey('raw', own(publicKey), true)
    const their = await suite.createSenderContext({ recipientPublicKey, info })
    const mine = recipientContext(seed, info, new Uint8Array(their.enc))
    const theirSealed = new Uint8Array(await their.seal(own(plaintext), own(aad)))
    assert.deepEqual(mine?.open(aad, theirSealed), plaintext)
    assert.deepEqual(
      Uint8Array.from(mine?.export(info, 16).expose() ?? []),
      new Uint8Array(await their.export(own(info), 16)),
    )
  })
})

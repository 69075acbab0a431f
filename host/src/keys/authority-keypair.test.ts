import { deepEqual, ok, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { keypairFromSeed, Secret, verifyEd25519 } from '@pha/core/crypto'
import fc from 'fast-check'
import { authorityKeypair } from './authority-keypair.ts'

describe("the authority's key", () => {
  it("signs as core's signer does, byte for byte", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ maxLength: 300 }),
        (bytes, message) => {
          const [seed, kept] = [Secret.from(bytes), Secret.from(bytes)]
          const authority = authorityKeypair(seed)
          seed.wipe()
          deepEqual(authority.publicKey, keypairFromSeed('ed25519', kept).publicKey)
          deepEqual(authority.sign(message), keypairFromSeed('ed25519', kept).sign(message))
          ok(verifyEd25519(authority.publicKey, message, authority.sign(message)))
        },
      ),
      { numRuns: 30 },
    )
  })

  it('refuses a seed of another length', () => {
    throws(() => authorityKeypair(Secret.from(new Uint8Array(31))), { code: 'crypto.wrong-length' })
  })
})

import { equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ed25519 } from '@noble/curves/ed25519.js'
import { concatBytes } from '@pha/core/codec'
import { keypairFromSeed, multiSign, Secret, verifySignature } from '@pha/core/crypto'
import { craftedSignatures } from '@pha/core/crypto/testing'
import fc from 'fast-check'
import type { SignatureCheck } from './signature-check.ts'
import { verifyQuickly } from './verify-quickly.ts'

/** As ADR 0011 words it, in JavaScript: core's own answer comes from OpenSSL first. */
function rule({ scheme, signature, message, account }: SignatureCheck): boolean {
  if (scheme !== 'Ed25519') return verifySignature({ type: scheme, value: signature }, message, account)
  try {
    return ed25519.verify(signature, message, account, { zip215: false })
  } catch {
    return false
  }
}

function crafted(seeds: readonly Uint8Array[]): { readonly name: string; readonly check: SignatureCheck }[] {
  return [...craftedSignatures(seeds)].map(({ name, publicKey, message, signature }) => ({
    name,
    check: { scheme: 'Ed25519', account: publicKey, message, signature },
  }))
}

describe('quick verification', () => {
  it('says what the rule says of crafted Ed25519 signatures, by libsodium or by itself', () => {
    const counts = { yes: 0, no: 0 }
    for (const { name, check } of crafted(fc.sample(fc.uint8Array({ minLength: 32, maxLength: 32 }), 4))) {
      const expected = rule(check)
      equal(verifyQuickly(check), expected, name)
      counts[expected ? 'yes' : 'no']++
    }
    ok(counts.yes >= 16 && counts.no >= 100, JSON.stringify(counts))
  })

  it('accepts what only the cofactored equation accepts, as the rule does', () => {
    const [seed] = fc.sample(fc.uint8Array({ minLength: 32, maxLength: 32 }), 1)
    const torsion = crafted(seed === undefined ? [] : [seed]).filter(({ name }) => name.startsWith('R with torsion'))
    ok(torsion.length >= 7 && torsion.every(({ check }) => verifyQuickly(check)))
  })

  it('says what the rule says of random keys, messages and damage, in each scheme', () => {
    const scheme = fc.constantFrom('ed25519', 'sr25519', 'ecdsa')
    const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
    const flips = fc.array(fc.record({ in: fc.nat(2), at: fc.nat(31 * 8) }), { maxLength: 2 })
    fc.assert(
      fc.property(scheme, bytes32, fc.uint8Array({ maxLength: 300 }), flips, (name, seed, message, damage) => {
        const keypair = keypairFromSeed(name, Secret.from(seed))
        const { type, value } = multiSign(keypair, message)
        const fields = [value.slice(), message.slice(), keypair.accountId.slice()] as const
        for (const { in: field, at } of damage) {
          const bytes = fields[field as 0 | 1 | 2]
          if (bytes.length > at >> 3) bytes[at >> 3] = (bytes[at >> 3] as number) ^ (1 << (at & 7))
        }
        const check = { scheme: type, signature: fields[0], message: fields[1], account: fields[2] }
        equal(verifyQuickly(check), rule(check))
        if (damage.length === 0) ok(verifyQuickly(check))
      }),
      { numRuns: 60 },
    )
  })

  it('answers no to lengths that no scheme has', () => {
    const seed = new Uint8Array(32).fill(3)
    const signature = ed25519.sign(new Uint8Array(), seed)
    const account = ed25519.getPublicKey(seed)
    const check: SignatureCheck = { scheme: 'Ed25519', signature, message: new Uint8Array(), account }
    ok(verifyQuickly(check))
    for (const bad of [
      { signature: signature.subarray(1) },
      { signature: concatBytes(signature, Uint8Array.of(0)) },
      { account: account.subarray(1) },
      { account: concatBytes(account, Uint8Array.of(0)) },
    ]) {
      for (const scheme of ['Ed25519', 'Sr25519', 'Ecdsa'] as const) {
        equal(verifyQuickly({ ...check, ...bad, scheme }), false)
      }
    }
  })
})

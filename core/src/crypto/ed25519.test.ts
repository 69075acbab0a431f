import { equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { craftedSignatures } from './crafted-signatures.ts'
import { verifyEd25519 } from './ed25519.ts'
import { primitives as openssl } from './node/primitives.ts'
import { verifyEd25519 as rule } from './pure/ed25519.ts'
import { isStrictPoint } from './strict-point.ts'

const seeds = (count: number) => fc.sample(fc.uint8Array({ minLength: 32, maxLength: 32 }), count)

describe('Ed25519', () => {
  it('is judged in Node as by the rule on crafted signatures', () => {
    const counts = { yes: 0, no: 0 }
    let apart = 0
    for (const { name, publicKey, message, signature } of craftedSignatures(seeds(4))) {
      const expected = rule(publicKey, message, signature)
      equal(verifyEd25519(publicKey, message, signature), expected, name)
      counts[expected ? 'yes' : 'no']++
      if (openssl.ed25519Verify(publicKey, message, signature) !== expected) apart++
    }
    ok(counts.yes >= 16 && counts.no >= 100, JSON.stringify(counts))
    ok(apart >= 28, 'OpenSSL by itself does not accept what only the cofactored equation does')
  })

  it('is judged alike after damage, and at other lengths', () => {
    const [seed = new Uint8Array(32)] = seeds(1)
    const [honest] = craftedSignatures([seed])
    ok(honest)
    const { publicKey, message, signature } = honest
    const both = (key: Uint8Array, signed: Uint8Array): boolean => {
      const answer = rule(key, message, signed)
      equal(verifyEd25519(key, message, signed), answer)
      return answer
    }
    ok(both(publicKey, signature))
    for (let at = 0; at < 64; at++) {
      ok(!both(publicKey, signature.with(at, (signature[at] as number) ^ (1 << (at & 7)))), `byte ${at}`)
      ok(!both(publicKey, signature.subarray(0, at)))
      if (at < 32) ok(!both(publicKey.subarray(0, at), signature))
    }
  })

  it('leaves to OpenSSL only points that are canonical and not of small order', () => {
    const strict = new Map<boolean, number>()
    for (const { name, publicKey } of craftedSignatures([new Uint8Array(32).fill(8)])) {
      const isSmall = /A (?:and R )?of small order/.test(name)
      const isEdge = /A at the edge of the field: \d/.test(name) // p and above
      if (!isSmall && !isEdge && !/^(?:honest|[AR] with|both)/.test(name)) continue
      equal(isStrictPoint(publicKey), !isSmall && !isEdge, name)
      strict.set(!isSmall && !isEdge, (strict.get(!isSmall && !isEdge) ?? 0) + 1)
    }
    ok((strict.get(true) ?? 0) > 20 && (strict.get(false) ?? 0) > 50, JSON.stringify([...strict]))
  })
})

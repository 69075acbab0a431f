import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nodeSignatures } from '../node/node-signatures.ts'
import type { SignatureVerifier } from '../signatures.ts'
import { rememberSignatures } from './remember-signatures.ts'
import { testAuthority } from './test-pki.ts'

/** The real set, and how often it was asked. */
function counted(): SignatureVerifier & { readonly asked: () => number } {
  let asked = 0
  const ecdsa: SignatureVerifier['ecdsa'] = (...question) => {
    asked++
    return nodeSignatures.ecdsa(...question)
  }
  return { ...nodeSignatures, ecdsa, asked: () => asked }
}

describe('signatures that are remembered', () => {
  const { point, sign } = testAuthority()
  const message = Uint8Array.of(1)
  const signature = sign(message)
  const other = testAuthority({ seed: 'other' })

  it('are verified once', () => {
    const set = counted()
    const remembering = rememberSignatures(set)
    const ask = () => remembering.ecdsa('P-256', 'SHA-256', point, Uint8Array.from(message), Uint8Array.from(signature))
    deepEqual([ask(), ask(), ask(), set.asked()], [true, true, true, 1])
  })

  it('say nothing about another question: the same bytes by another key, hash or over another message', () => {
    const set = rememberSignatures(nodeSignatures)
    const ask = (hash: 'SHA-256' | 'SHA-384', by: Uint8Array, text: Uint8Array) =>
      set.ecdsa('P-256', hash, by, text, signature)
    for (let round = 0; round < 2; round++) {
      equal(ask('SHA-256', point, message), true)
      equal(ask('SHA-384', point, message), false)
      equal(ask('SHA-256', other.point, message), false)
      equal(ask('SHA-256', point, Uint8Array.of(2)), false)
      equal(ask('SHA-256', point, Uint8Array.of()), false)
      equal(set.ecdsa('P-384', 'SHA-256', point, message, signature), false)
      equal(set.rsaPss('SHA-256', { modulus: point, exponent: message }, message, signature), false)
      equal(set.rsaPkcs1('SHA-256', { modulus: point, exponent: message }, message, signature), false)
    }
  })
})

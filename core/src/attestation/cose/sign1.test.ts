import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { concatBytes, fromHex, utf8Encode } from '../../codec/index.ts'
import { nodeSignatures } from '../node/index.ts'
import { pureSignatures } from '../pure-signatures.ts'
import { verdictOf } from '../refusal.ts'
import { testAuthority } from '../x509/test-pki.ts'
import { MAX_ANCHOR_KEYS } from './limits.ts'
import { isSignedWith, readSign1 } from './sign1.ts'
import { isSignedByAnchor } from './signed-by-anchor.ts'
import { encodeCbor } from './test-cbor.ts'
import { testSign1 } from './test-sign1.ts'

const signer = testAuthority({ curve: 'P-384', subject: 'signer' })
const key = { curve: 'P-384', point: signer.point } as const
const payload = utf8Encode('what was said')

const reasonOf = (message: Uint8Array): string | undefined => {
  const verdict = verdictOf(() => readSign1(message))
  return verdict.ok ? undefined : verdict.reason
}

describe('COSE_Sign1', () => {
  it('verifies an example of the COSE working group (RFC 9052, appendix C.2.1)', () => {
    const message = fromHex(
      '0xd28443a10126a10442313154546869732069732074686520636f6e74656e742e58408eb33e4ca31d1c465ab05aac34cc6b23d58fef5c083106c4d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36',
    )
    const point = fromHex(
      '0x04bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e',
    )
    const sign1 = readSign1(message)
    deepEqual(sign1.payload, utf8Encode('This is the content.'))
    for (const signatures of [pureSignatures, nodeSignatures]) {
      equal(isSignedWith(sign1, { curve: 'P-256', point }, signatures), true)
      equal(isSignedWith({ ...sign1, payload }, { curve: 'P-256', point }, signatures), false)
    }
  })

  it('verifies the protected header as it came, whatever its form', () => {
    // Two heads for one map: indefinite length, and a label that means nothing to us.
    for (const protectedHeader of ['bf013822ff', 'a2013822 04 41 07']) {
      const header = fromHex(`0x${protectedHeader.replaceAll(' ', '')}`)
      const message = readSign1(testSign1(signer, payload, { protectedHeader: header }))
      equal(isSignedWith(message, key, nodeSignatures), true)
      equal(isSignedWith({ ...message, protectedHeader: encodeCbor(new Map([[1, -35]])) }, key, nodeSignatures), false)
    }
  })

  it('does not mind a missing tag, and minds any other', () => {
    equal(reasonOf(testSign1(signer, payload, { isTagged: false })), undefined)
    equal(reasonOf(concatBytes(Uint8Array.of(0xd1), testSign1(signer, payload, { isTagged: false }))), 'malformed')
    equal(reasonOf(concatBytes(Uint8Array.of(0xd2), testSign1(signer, payload))), 'malformed')
  })

  it('refuses algorithms other than ES256 and ES384, and takes the algorithm from the protected header only', () => {
    for (const algorithm of [-36, -8, -37, -257, 5, 'ES384', null]) {
      equal(reasonOf(testSign1(signer, payload, { algorithm })), 'unsupported-algorithm')
    }
    const protectedHeader = encodeCbor(new Map([[3, 0]]))
    const unprotected = new Map([[1, -35]])
    equal(reasonOf(testSign1(signer, payload, { protectedHeader, unprotected })), 'unsupported-algorithm')
  })

  it('refuses a label in both headers, and an extension that must be understood', () => {
    equal(reasonOf(testSign1(signer, payload, { unprotected: new Map([[1, -35]]) })), 'malformed')
    const critical = encodeCbor(
      new Map<number, number | number[]>([
        [1, -35],
        [2, [99]],
        [99, 0],
      ]),
    )
    equal(reasonOf(testSign1(signer, payload, { protectedHeader: critical })), 'unsupported-algorithm')
  })

  it('refuses parts that are missing, of another type, or too many', () => {
    const [header, signature] = [encodeCbor(new Map([[1, -35]])), new Uint8Array(96)]
    for (const parts of [
      [header, new Map(), payload],
      [header, new Map(), payload, signature, 0],
      [header, new Map(), null, signature],
      [header, new Map(), 'text', signature],
      [header, [], payload, signature],
      [new Map([[1, -35]]), new Map(), payload, signature],
      [encodeCbor([1, -35]), new Map(), payload, signature],
      [Uint8Array.of(), new Map(), payload, signature],
    ]) {
      equal(reasonOf(encodeCbor(parts)), 'malformed')
    }
  })

  it('is not signed by a key of another curve, off its curve, or by a signature of another length', () => {
    const message = readSign1(testSign1(signer, payload))
    const offCurve = Uint8Array.from(signer.point)
    offCurve[96] = (offCurve[96] as number) ^ 1
    const other = testAuthority({ curve: 'P-256', subject: 'signer' })
    for (const signatures of [pureSignatures, nodeSignatures]) {
      equal(isSignedWith(message, key, signatures), true)
      equal(isSignedWith(message, { curve: 'P-384', point: offCurve }, signatures), false)
      equal(isSignedWith(message, { curve: 'P-256', point: other.point }, signatures), false)
      equal(isSignedWith(message, { curve: 'P-256', point: signer.point }, signatures), false)
      equal(isSignedWith(message, { curve: 'P-521', point: signer.point }, signatures), false)
      for (const length of [0, 64, 95]) {
        equal(isSignedWith({ ...message, signature: message.signature.subarray(0, length) }, key, signatures), false)
      }
    }
    const byOther = readSign1(testSign1(other, payload, { algorithm: -35 }))
    equal(isSignedWith(byOther, { curve: 'P-256', point: other.point }, nodeSignatures), false)
  })

  it('tries each anchor key, and so many of them', () => {
    const message = readSign1(testSign1(signer, payload))
    const stranger = { curve: 'P-384', point: testAuthority({ curve: 'P-384', subject: 'stranger' }).point } as const
    const verdict = (keys: readonly (typeof key)[]) => verdictOf(() => isSignedByAnchor(message, keys, nodeSignatures))
    deepEqual(verdict([stranger, key]), { ok: true, facts: true })
    deepEqual(verdict([stranger]), { ok: true, facts: false })
    deepEqual(verdict([]), { ok: false, reason: 'unknown-key' })
    deepEqual(verdict(new Array(MAX_ANCHOR_KEYS + 1).fill(key)), { ok: false, reason: 'wrong-collateral' })
  })
})

import { deepEqual, equal } from 'node:assert/strict'
import { createECDH, generateKeyPairSync } from 'node:crypto'
import { describe, it } from 'node:test'
import { anchorKeyFromJwk } from './anchor-key.ts'

const OPENSSL_NAMES = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' } as const
const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })

describe('anchor keys', () => {
  it('are read from JSON Web Keys of each curve', () => {
    for (const [curve, name] of Object.entries(OPENSSL_NAMES)) {
      const pair = createECDH(name)
      pair.generateKeys()
      const point = new Uint8Array(pair.getPublicKey())
      const half = (point.length - 1) / 2
      const part = (at: number) => Buffer.from(point.subarray(at, at + half)).toString('base64url')
      const text = JSON.stringify({ kty: 'EC', crv: curve, x: part(1), y: part(1 + half), kid: 'whichever' })
      deepEqual(anchorKeyFromJwk(text), { curve, point })
    }
  })

  it('are refused off their curve, in another shape, or with their private part', () => {
    const { x = '', y = '' } = jwk
    for (const key of [
      { ...jwk, y: x },
      { ...jwk, x: '', y: '' },
      { ...jwk, x: `${x}=` },
      { ...jwk, x: x.slice(0, -1) },
      { ...jwk, x: `AA${x}` },
      { ...jwk, crv: 'P-384' },
      { ...jwk, crv: 'secp256k1' },
      { ...jwk, kty: 'RSA' },
      { ...jwk, d: y },
      { kty: 'EC', crv: 'P-256', x },
      { ...jwk, x: 5 },
      [jwk],
      null,
      'text',
    ]) {
      equal(anchorKeyFromJwk(JSON.stringify(key)), undefined, JSON.stringify(key))
    }
    for (const text of ['', '{', JSON.stringify(jwk) + JSON.stringify(jwk), ' '.repeat(5000) + JSON.stringify(jwk)]) {
      equal(anchorKeyFromJwk(text), undefined)
    }
    equal(anchorKeyFromJwk(JSON.stringify(jwk))?.curve, 'P-256')
  })
})

/** The key in a SubjectPublicKeyInfo (RFC 5280, section 4.1; RFC 5480 for curves, RFC 8017 for RSA). */
import { toHex } from '../../codec/index.ts'
import { demand, refuse } from '../refusal.ts'
import type { RsaKey } from '../signatures.ts'
import { DerReader, TAG } from './der.ts'

export type CertificateKey =
  | { readonly type: 'ec'; readonly curve: 'P-256' | 'P-384' | 'P-521'; readonly point: Uint8Array }
  | { readonly type: 'rsa'; readonly key: RsaKey }

type Curve = (CertificateKey & { type: 'ec' })['curve']

const EC_ALGORITHMS: ReadonlyMap<string, { readonly curve: Curve; readonly pointLength: number }> = new Map([
  ['0x301306072a8648ce3d020106082a8648ce3d030107', { curve: 'P-256', pointLength: 65 }],
  ['0x301006072a8648ce3d020106052b81040022', { curve: 'P-384', pointLength: 97 }],
  ['0x301006072a8648ce3d020106052b81040023', { curve: 'P-521', pointLength: 133 }],
])
const RSA_ALGORITHM = '0x300d06092a864886f70d0101010500'

/** Points are uncompressed here; whether they lie on their curve is found when they verify something. */
export function publicKeyOf(spki: Uint8Array): CertificateKey {
  const whole = new DerReader(spki)
  const fields = whole.sequence()
  whole.end()
  const algorithm = toHex(fields.element(TAG.sequence))
  const key = fields.bitOctets()
  fields.end()
  const ec = EC_ALGORITHMS.get(algorithm)
  if (ec !== undefined) {
    demand(key.length === ec.pointLength && key[0] === 4, 'malformed')
    return { type: 'ec', curve: ec.curve, point: key }
  }
  if (algorithm !== RSA_ALGORITHM) return refuse('unsupported-algorithm')
  const outer = new DerReader(key)
  const numbers = outer.sequence()
  outer.end()
  const rsa = { modulus: numbers.natural(), exponent: numbers.natural() }
  numbers.end()
  return { type: 'rsa', key: rsa }
}

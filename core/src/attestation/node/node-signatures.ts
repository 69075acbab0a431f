/** The vendors' signatures by OpenSSL, which Node has: many times as fast as JavaScript, with the same answers. */
import { Buffer } from 'node:buffer'
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { isUsableRsaKey } from '../rsa-key.ts'
import type { EcdsaCurve, RsaKey, SignatureHash, SignatureVerifier } from '../signatures.ts'

const HASHES: Readonly<Record<SignatureHash, string>> = {
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
}
const SCALAR_BYTES: Readonly<Record<EcdsaCurve, number>> = { 'P-256': 32, 'P-384': 48 }

export const nodeSignatures: SignatureVerifier = {
  ecdsa(curve, hash, point, message, signature) {
    const size = SCALAR_BYTES[curve]
    if (point.length !== 2 * size + 1 || point[0] !== 4 || signature.length !== 2 * size) return false
    return isTrue(() => {
      const key = ecKey(curve, point.subarray(1, 1 + size), point.subarray(1 + size))
      return verify(HASHES[hash], message, { key, dsaEncoding: 'ieee-p1363' }, signature)
    })
  },
  rsaPkcs1(hash, key, message, signature) {
    if (!isUsableRsaKey(key) || signature.length !== key.modulus.length) return false
    return isTrue(() => verify(HASHES[hash], message, { key: rsaKey(key) }, signature))
  },
  rsaPss(hash, key, message, signature) {
    if (!isUsableRsaKey(key) || signature.length !== key.modulus.length) return false
    const padding = constants.RSA_PKCS1_PSS_PADDING
    const saltLength = constants.RSA_PSS_SALTLEN_DIGEST
    return isTrue(() => verify(HASHES[hash], message, { key: rsaKey(key), padding, saltLength }, signature))
  },
}

/** OpenSSL throws where it cannot make a key: a point off its curve, an even modulus. */
function isTrue(check: () => boolean): boolean {
  try {
    return check()
  } catch {
    return false
  }
}

/** Keys of roots and intermediates come again and again, and to make one costs half of a check on P-256. */
const MAX_KEPT_KEYS = 64
const keptKeys = new Map<string, KeyObject>()

function kept(name: string, make: () => KeyObject): KeyObject {
  const key = keptKeys.get(name) ?? make()
  // The latest used at the end: the first is the one to forget.
  keptKeys.delete(name)
  keptKeys.set(name, key)
  const [oldest] = keptKeys.keys()
  if (keptKeys.size > MAX_KEPT_KEYS && oldest !== undefined) keptKeys.delete(oldest)
  return key
}

function ecKey(crv: EcdsaCurve, x: Uint8Array, y: Uint8Array): KeyObject {
  const point = { x: base64url(x), y: base64url(y) }
  return kept(`${crv} ${point.x} ${point.y}`, () =>
    createPublicKey({ format: 'jwk', key: { kty: 'EC', crv, ...point } }),
  )
}

function rsaKey({ modulus, exponent }: RsaKey): KeyObject {
  const numbers = { n: base64url(modulus), e: base64url(exponent) }
  return kept(`RSA ${numbers.n} ${numbers.e}`, () =>
    createPublicKey({ format: 'jwk', key: { kty: 'RSA', ...numbers } }),
  )
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url')
}

/**
 * The vendors' signatures in JavaScript alone: for the runtime's realm and for browsers, where no synchronous
 * implementation of the platform exists. All inputs are public, so time may depend on them.
 */
import { p256, p384 } from '@noble/curves/nist.js'
import { sha384 } from '@noble/hashes/sha2.js'
import { sha256, sha512 } from '../crypto/index.ts'
import { verifyRsaPkcs1, verifyRsaPss } from './rsa.ts'
import type { SignatureHash, SignatureVerifier } from './signatures.ts'

const CURVES = { 'P-256': p256, 'P-384': p384 } as const
const SCALAR_BYTES = { 'P-256': 32, 'P-384': 48 } as const
const HASHES: Readonly<Record<SignatureHash, (message: Uint8Array) => Uint8Array>> = {
  'SHA-256': sha256,
  'SHA-384': sha384,
  'SHA-512': sha512,
}

export const pureSignatures: SignatureVerifier = {
  ecdsa(curve, hash, point, message, signature) {
    const size = SCALAR_BYTES[curve]
    if (point.length !== 2 * size + 1 || point[0] !== 4 || signature.length !== 2 * size) return false
    // lowS: vendors sign with either s.
    const options = { prehash: false, lowS: false, format: 'compact' } as const
    try {
      return CURVES[curve].verify(signature, HASHES[hash](message), point, options)
    } catch {
      return false
    }
  },
  rsaPkcs1: (hash, key, message, signature) => verifyRsaPkcs1(hash, key, HASHES[hash](message), signature),
  rsaPss: (hash, key, message, signature) => verifyRsaPss(HASHES[hash], key, HASHES[hash](message), signature),
}

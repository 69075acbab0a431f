/** ECDSA on secp256k1 over blake2b-256 with recovery, as in Substrate's MultiSignature: r || s || recovery id, 65 bytes. */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { concatBytes } from '@pha/core/codec'
import { blake2b256 } from './hash.ts'

const SIGNATURE_LENGTH = 65

/**
 * Compressed public key (33 bytes) that made the signature, or `undefined`.
 *
 * Stricter than Substrate so that one message has one signature: s in the lower half (BIP 146), recovery id 0-3 and not
 * Ethereum's 27-30.
 */
export function recoverEcdsa(message: Uint8Array, signature: Uint8Array): Uint8Array | undefined {
  if (signature.length !== SIGNATURE_LENGTH) return undefined
  try {
    const parsed = secp256k1.Signature.fromBytes(
      concatBytes(signature.subarray(64), signature.subarray(0, 64)),
      'recovered',
    )
    return parsed.hasHighS() ? undefined : parsed.recoverPublicKey(blake2b256(message)).toBytes(true)
  } catch {
    return undefined
  }
}

export function ecdsaPublicKey(secretKey: Uint8Array): Uint8Array {
  return secp256k1.getPublicKey(secretKey, true)
}

/** Account of an ECDSA key: blake2b-256 of the compressed public key. */
export function ecdsaAccountId(publicKey: Uint8Array): Uint8Array {
  return blake2b256(publicKey)
}

/** Deterministic signature (RFC 6979) with low s, 65 bytes. */
export function signEcdsa(secretKey: Uint8Array, message: Uint8Array): Uint8Array {
  const recovered = secp256k1.sign(blake2b256(message), secretKey, { prehash: false, format: 'recovered' })
  return concatBytes(recovered.subarray(1), recovered.subarray(0, 1))
}

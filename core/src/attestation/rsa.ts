/** RSA signatures (RFC 8017, section 8) with BigInt; of public data only. */
import { concatBytes, equalBytes, fromHex, toHex } from '../codec/index.ts'
import { isUsableRsaKey } from './rsa-key.ts'
import type { RsaKey, SignatureHash } from './signatures.ts'

/** DER DigestInfo up to the digest (section 9.2, note 1). */
const DIGEST_INFO: Readonly<Record<SignatureHash, Uint8Array>> = {
  'SHA-256': fromHex('0x3031300d060960864801650304020105000420'),
  'SHA-384': fromHex('0x3041300d060960864801650304020205000430'),
  'SHA-512': fromHex('0x3051300d060960864801650304020305000440'),
}

/** RSASSA-PKCS1-v1_5 (section 8.2.2): the encoding is made and compared, never parsed. */
export function verifyRsaPkcs1(hash: SignatureHash, key: RsaKey, digest: Uint8Array, signature: Uint8Array): boolean {
  const encoded = recover(key, signature)
  if (encoded === undefined) return false
  const info = concatBytes(DIGEST_INFO[hash], digest)
  const padding = new Uint8Array(encoded.length - info.length - 3).fill(0xff)
  return equalBytes(encoded, concatBytes(Uint8Array.of(0, 1), padding, Uint8Array.of(0), info))
}

/** RSASSA-PSS (sections 8.1.2 and 9.1.2), with salt as long as the digest and a modulus of whole bytes. */
export function verifyRsaPss(
  hash: (bytes: Uint8Array) => Uint8Array,
  key: RsaKey,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const encoded = recover(key, signature)
  if (encoded === undefined || encoded.at(-1) !== 0xbc) return false
  const maskedLength = encoded.length - digest.length - 1
  const masked = encoded.subarray(0, maskedLength)
  const expected = encoded.subarray(maskedLength, -1)
  // The encoding has one bit less than the modulus.
  if ((masked[0] as number) >= 0x80) return false
  const data = mask(hash, expected, maskedLength)
  for (let i = 0; i < maskedLength; i++) data[i] = (data[i] as number) ^ (masked[i] as number)
  data[0] = (data[0] as number) & 0x7f
  const saltAt = maskedLength - digest.length
  for (let i = 0; i < saltAt - 1; i++) if (data[i] !== 0) return false
  if (data[saltAt - 1] !== 1) return false
  return equalBytes(expected, hash(concatBytes(new Uint8Array(8), digest, data.subarray(saltAt))))
}

/** MGF1 (appendix B.2.1). */
function mask(hash: (bytes: Uint8Array) => Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = []
  for (let made = 0, counter = 0; made < length; counter++) {
    const block = hash(concatBytes(seed, Uint8Array.of(0, 0, 0, counter)))
    blocks.push(block)
    made += block.length
  }
  return concatBytes(...blocks).slice(0, length)
}

/** signature^65537 mod modulus, as long as the modulus (RSAVP1, section 5.2.2). */
function recover(key: RsaKey, signature: Uint8Array): Uint8Array | undefined {
  if (!isUsableRsaKey(key) || signature.length !== key.modulus.length) return undefined
  const modulus = BigInt(toHex(key.modulus))
  const base = BigInt(toHex(signature))
  if (base >= modulus) return undefined
  let power = base
  for (let i = 0; i < 16; i++) power = (power * power) % modulus
  power = (power * base) % modulus
  return fromHex(`0x${power.toString(16).padStart(2 * signature.length, '0')}`)
}

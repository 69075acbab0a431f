/**
 * sr25519: Schnorr signatures on ristretto255 as in schnorrkel, with Substrate's signing context "substrate".
 * Wrapping a message in `<Bytes>` is the business of the client that talks to a wallet.
 *
 * Verification runs in WebAssembly (Rust, eight times faster), signing in JavaScript, because the WebAssembly draws its
 * own randomness. The tests check each with the other.
 */
import { ristretto255 } from '@noble/curves/ed25519.js'
import { toHex } from '@pha/core/codec'
import { sr25519_verify } from '@polkadot-labs/schnorrkel-wasm'
import { getPublicKey, HDKD, secretFromSeed, sign } from '@scure/sr25519'

const { Point } = ristretto255
const SCHNORRKEL_MARK = 0x80

/**
 * Checks a signature; `false` for anything that is not one, never a throw. Refuses the identity as a public key, which
 * would accept a signature that anyone can write.
 */
export function verifySr25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  // The Rust code panics on input that it cannot decode: it logs, leaks its memory and after some thousand times
  // answers no one. So only what decodes may reach it.
  if (!isPublicKey(publicKey) || !isSignature(signature)) return false
  return sr25519_verify(publicKey, message, signature)
}

/** Expands a 32-byte mini secret to the 64-byte secret key (scalar, then nonce seed), as Substrate does. */
export function sr25519SecretKey(seed: Uint8Array): Uint8Array {
  return secretFromSeed(seed)
}

/** Child of a 64-byte secret key by a hard junction; from the child nobody learns the parent or a sibling. */
export function deriveSr25519Hard(secretKey: Uint8Array, chainCode: Uint8Array): Uint8Array {
  return HDKD.secretHard(secretKey, chainCode)
}

export function sr25519PublicKey(secretKey: Uint8Array): Uint8Array {
  return getPublicKey(secretKey)
}

/**
 * Signature, 64 bytes, deterministic: the nonce comes from the key's secret nonce seed and the whole transcript, like
 * RFC 8032's, so no bad random generator can give the key away.
 */
export function signSr25519(secretKey: Uint8Array, message: Uint8Array): Uint8Array {
  return sign(secretKey, message, new Uint8Array(32))
}

/** Decoding takes half as long as the check itself, and accounts sign again and again: what decoded is remembered. */
const KNOWN_KEYS = 4_096
const knownKeys = new Set<string>()

function isPublicKey(bytes: Uint8Array): boolean {
  if (bytes.length !== 32) return false
  const name = toHex(bytes)
  if (knownKeys.has(name)) return true
  try {
    if (Point.fromBytes(bytes).is0()) return false
  } catch {
    return false
  }
  if (knownKeys.size >= KNOWN_KEYS) knownKeys.clear()
  knownKeys.add(name)
  return true
}

/** Length, mark and a canonical scalar. The Rust code compares the nonce point as bytes, so that half may be anything. */
function isSignature(bytes: Uint8Array): boolean {
  return bytes.length === 64 && ((bytes[63] as number) & SCHNORRKEL_MARK) !== 0 && isCanonicalScalar(bytes)
}

/** Order of the group, 2^252 + 27742317777372353535851937790883648493, little-endian as in a signature. */
const ORDER = Uint8Array.from({ length: 32 }, (_, i) => Number((Point.Fn.ORDER >> BigInt(8 * i)) & 0xffn))

/** Whether the second half of a signature, without its mark, is below the order. */
function isCanonicalScalar(signature: Uint8Array): boolean {
  for (let i = 31; i >= 0; i--) {
    const byte = (signature[32 + i] as number) & (i === 31 ? ~SCHNORRKEL_MARK : 0xff)
    const limit = ORDER[i] as number
    if (byte !== limit) return byte < limit
  }
  return false
}

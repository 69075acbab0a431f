/**
 * Accounts by hard derivation paths (`//Alice`, `//Alice//stash`), as in Substrate's `sp_core::crypto::DeriveJunction`.
 * Soft junctions (`/x`) are refused: with one child's secret and the parent's public key anyone finds the parent.
 */
import { fromHex, utf8Encode, Writer, writeCompact } from '@pha/core/codec'
import { assertLength, CryptoError } from './crypto-error.ts'
import { blake2b256 } from './hash.ts'
import type { Keypair } from './keypair.ts'
import { sr25519Keypair } from './keypair.ts'
import { Secret } from './secret.ts'
import { deriveSr25519Hard, sr25519SecretKey } from './sr25519.ts'

/** Of the phrase "bottom drive obey lake curtain smoke basket hold race lonely fit walk": public, for development only. */
const DEV_MINI_SECRET = fromHex('0xfac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e')
const HARD_PATH = /^(?:\/\/[^/]+)+$/
const CHAIN_CODE_LENGTH = 32
const MAX_U64 = 2n ** 64n - 1n

/**
 * sr25519 key pair at a hard path below a 32-byte mini secret.
 *
 * @throws CryptoError `crypto.bad-derivation-path` unless the path is one or more hard junctions
 *
 * @example
 * const owner = deriveAccount(studySeed, '//owner//17')
 */
export function deriveAccount(miniSecret: Secret, path: string): Keypair {
  assertLength('mini secret', miniSecret, 32)
  if (!HARD_PATH.test(path)) {
    throw new CryptoError('crypto.bad-derivation-path', `"${path}" is not a path of hard junctions like //Alice`)
  }
  let secretKey = sr25519SecretKey(miniSecret.expose())
  for (const junction of path.slice(2).split('//')) {
    const child = deriveSr25519Hard(secretKey, chainCode(junction))
    secretKey.fill(0)
    secretKey = child
  }
  const keypair = sr25519Keypair(Secret.from(secretKey))
  secretKey.fill(0)
  return keypair
}

/** Well-known development account of every Substrate chain: its secret is public. */
export function deriveDevAccount(path: string): Keypair {
  return deriveAccount(Secret.from(DEV_MINI_SECRET), path)
}

/** A junction's 32 bytes: a number as u64, other text as a SCALE string, padded with zeros, hashed when too long. */
function chainCode(junction: string): Uint8Array {
  const code = new Writer()
  if (/^\d+$/.test(junction) && BigInt(junction) <= MAX_U64) code.u64(BigInt(junction))
  else {
    const text = utf8Encode(junction)
    writeCompact(code, text.length)
    code.raw(text)
  }
  const bytes = code.finish()
  if (bytes.length > CHAIN_CODE_LENGTH) return blake2b256(bytes)
  const padded = new Uint8Array(CHAIN_CODE_LENGTH)
  padded.set(bytes)
  return padded
}

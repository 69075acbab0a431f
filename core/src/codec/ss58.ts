/** SS58 addresses: base58(prefix || account || checksum), Substrate's text form of an account. */

import { blake2b } from '@noble/hashes/blake2.js'
import { base58 } from '@scure/base'
import { concatBytes, equalBytes } from './bytes.ts'
import { CodecError } from './codec-error.ts'
import { utf8Encode } from './utf8.ts'

/** The prefix of Phala's main network, registered in the SS58 registry; addresses start with 4. */
export const SS58_PREFIX = 30

/** The longest valid text for 32 bytes: 35 bytes of payload take at most 48 digits, 2-byte prefixes one more. */
const MAX_ADDRESS_LENGTH = 50

/**
 * The address of a 32-byte account.
 * @example ss58Encode(account) // '4...' on Phala, '5...' with prefix 42
 */
export function ss58Encode(account: Uint8Array, prefix: number = SS58_PREFIX): string {
  if (account.length !== 32) throw new CodecError('codec.wrong-type', 'an account has 32 bytes')
  const payload = concatBytes(prefixBytes(prefix), account)
  return base58.encode(concatBytes(payload, checksum(payload)))
}

/**
 * Account and prefix of an address; any prefix is read, the caller decides whether it fits.
 * @throws CodecError `codec.bad-text`
 */
export function ss58Decode(address: string): { readonly account: Uint8Array; readonly prefix: number } {
  if (address.length > MAX_ADDRESS_LENGTH) throw new CodecError('codec.bad-text', 'too long for an address')
  const bytes = decodeBase58(address)
  const [first = 0, second = 0] = bytes
  const prefixLength = first < 64 ? 1 : 2
  if (bytes.length !== prefixLength + 34 || first > 127) throw new CodecError('codec.bad-text', 'not an SS58 address')
  const payload = bytes.subarray(0, prefixLength + 32)
  if (!equalBytes(checksum(payload), bytes.subarray(prefixLength + 32))) {
    throw new CodecError('codec.bad-text', 'the checksum of the address is wrong')
  }
  const prefix = first < 64 ? first : ((first & 63) << 2) | (second >> 6) | ((second & 63) << 8)
  return { account: bytes.slice(prefixLength, prefixLength + 32), prefix }
}

function prefixBytes(prefix: number): Uint8Array {
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > 16383) {
    throw new CodecError('codec.out-of-range', 'SS58 prefix')
  }
  if (prefix < 64) return Uint8Array.of(prefix)
  return Uint8Array.of(((prefix & 0xfc) >> 2) | 0x40, (prefix >> 8) | ((prefix & 3) << 6))
}

function checksum(payload: Uint8Array): Uint8Array {
  return blake2b(concatBytes(utf8Encode('SS58PRE'), payload), { dkLen: 64 }).subarray(0, 2)
}

function decodeBase58(text: string): Uint8Array {
  try {
    return base58.decode(text)
  } catch (cause) {
    throw new CodecError('codec.bad-text', `not base58 text: ${String(cause)}`)
  }
}

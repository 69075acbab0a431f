/**
 * Padding to size buckets, so that the length of a ciphertext says little about its plaintext.
 *
 * Form: `lp(plaintext)` (4-byte little-endian length, then the bytes), then zeros up to a Padmé length (Nikitin et al.,
 * "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", 2019, section 4.2): at most 12 % longer,
 * O(log log n) bits shown. Below the floor all messages look alike. Runs under authenticated encryption, so its checks
 * see only what a holder of the key wrote: their timing tells no one else anything.
 */
import { CryptoError } from './crypto-error.ts'

/** Smallest padded length in bytes: most commands and queries fall into this one bucket. */
export const PADDING_FLOOR = 256

// Larger data travels as blobs in pieces; keeps all arithmetic here within 32 bits.
const MAX_PLAINTEXT_LENGTH = 2 ** 30
const LENGTH_PREFIX = 4

/**
 * Pads to `floor` bytes, or to the Padmé bucket of a plaintext that does not fit. A floor of 4 bytes above the longest
 * message of a kind makes all messages of that kind equally long.
 *
 * @throws CryptoError `crypto.plaintext-too-long` above 1 GiB
 *
 * @example
 * unpad(pad(utf8Encode('hello'))) // 'hello'; pad(...) has 256 bytes
 */
export function pad(plaintext: Uint8Array, floor: number = PADDING_FLOOR): Uint8Array {
  if (plaintext.length > MAX_PLAINTEXT_LENGTH) {
    throw new CryptoError('crypto.plaintext-too-long', `cannot pad ${plaintext.length} bytes`)
  }
  const padded = new Uint8Array(paddedLength(plaintext.length, floor))
  new DataView(padded.buffer).setUint32(0, plaintext.length, true)
  padded.set(plaintext, LENGTH_PREFIX)
  return padded
}

/** Takes padding off; `undefined` unless `pad(result, floor)` gives back exactly these bytes. */
export function unpad(padded: Uint8Array, floor: number = PADDING_FLOOR): Uint8Array | undefined {
  if (padded.length < LENGTH_PREFIX) return undefined
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0, true)
  if (length > MAX_PLAINTEXT_LENGTH || padded.length !== paddedLength(length, floor)) return undefined
  const end = LENGTH_PREFIX + length
  for (let i = end; i < padded.length; i++) if (padded[i] !== 0) return undefined
  return padded.slice(LENGTH_PREFIX, end)
}

/** Length of `pad` for a plaintext of `length` bytes: what anyone sees of it. */
export function paddedLength(length: number, floor: number = PADDING_FLOOR): number {
  const smallest = Math.max(floor, PADDING_FLOOR)
  const needed = LENGTH_PREFIX + length
  return needed <= smallest ? smallest : padme(needed)
}

/** Rounds up so that only the leading ⌊log2 ⌊log2 length⌋⌋ + 1 bits after the first may be set. */
function padme(length: number): number {
  const exponent = 31 - Math.clz32(length)
  const freeBits = exponent - (32 - Math.clz32(exponent))
  const mask = 2 ** freeBits - 1
  return (length + mask) & ~mask
}

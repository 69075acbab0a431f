/** Small operations on byte strings that every zone needs. */
import { allocate } from './allocate.ts'
import { CodecError } from './codec-error.ts'

export type Hex = `0x${string}`

const HEX_DIGITS = '0123456789abcdef'

/** ECMAScript 2026 has both ways; guests of the JavaScript executor do not have it yet. */
interface NativeHex {
  toHex?(): string
}
const fromNativeHex = (Uint8Array as { fromHex?: (text: string) => Uint8Array }).fromHex?.bind(Uint8Array)

/** Lower-case hexadecimal text with the `0x` prefix. */
export function toHex(bytes: Uint8Array): Hex {
  const native = (bytes as NativeHex).toHex?.()
  if (native !== undefined) return `0x${native}`
  let text = ''
  for (const byte of bytes) text += HEX_DIGITS.charAt(byte >> 4) + HEX_DIGITS.charAt(byte & 15)
  return `0x${text}`
}

/**
 * Bytes of hexadecimal text; the prefix is required, the case of the digits is not.
 * @throws CodecError `codec.bad-text` for anything else
 */
export function fromHex(text: string): Uint8Array {
  if (fromNativeHex !== undefined && text.startsWith('0x')) {
    try {
      return fromNativeHex(text.slice(2))
    } catch (cause) {
      throw new CodecError('codec.bad-text', 'not hexadecimal text with 0x', { cause })
    }
  }
  if (!/^0x(?:[0-9a-fA-F]{2})*$/.test(text)) throw new CodecError('codec.bad-text', 'not hexadecimal text with 0x')
  const bytes = new Uint8Array(text.length / 2 - 1)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i + 2, 2 * i + 4), 16)
  return bytes
}

/** A loop copies so few bytes before the platform's copy has begun. */
export const SHORT_BYTES = 64

/** A copy of a range. `slice` first asks the array for the constructor of its copy, which costs more than most copies. */
export function copyBytes(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const length = end - start
  const copy = allocate(length)
  if (length > SHORT_BYTES) copy.set(new Uint8Array(bytes.buffer, bytes.byteOffset + start, length))
  else for (let i = 0; i < length; i++) copy[i] = bytes[start + i] as number
  return copy
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const out = allocate(length)
  let offset = 0
  for (const part of parts) {
    out.set(part, offset)
    offset += part.length
  }
  return out
}

/** Equality of public bytes. Not constant-time: secrets have their own comparison in `crypto`. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && compareBytes(left, right) === 0
}

/** Lexicographic order: negative, zero or positive, as `Array.sort` wants it. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const shared = Math.min(left.length, right.length)
  for (let i = 0; i < shared; i++) {
    const difference = (left[i] as number) - (right[i] as number)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/** `lp(x)` of the protocol: a 4-byte little-endian length, then the bytes. */
export function lengthPrefixed(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(4 + bytes.length)
  new DataView(out.buffer).setUint32(0, bytes.length, true)
  out.set(bytes, 4)
  return out
}

/** SCALE compact integers: two low bits of the first byte choose the form, and only the shortest form is valid. */
import { CodecError } from './codec-error.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

/** The largest value that the general form can carry is 2^536 - 1; the protocol needs 128 bits. */
const MAX_BITS = 128
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER)

export function writeCompact(to: Writer, value: bigint | number): void {
  // Arithmetic on numbers is many times faster than on bigints, and most amounts are below 2^53.
  if (typeof value === 'number') writeExact(to, value)
  else if (value >= 0n && value <= MAX_SAFE) writeExact(to, Number(value))
  else writeWide(to, value)
}

function writeExact(to: Writer, value: number): void {
  if (value < 0 || value >= 2 ** MAX_BITS) throw new CodecError('codec.out-of-range', 'compact integer')
  if (value < 1 << 6) to.u8(value << 2)
  else if (value < 1 << 14) to.u16((value << 2) | 1)
  else if (value < 1 << 30) to.u32(value * 4 + 2)
  else if (value > Number.MAX_SAFE_INTEGER) writeWide(to, BigInt(value))
  else writeLongForm(to, value >>> 0, Math.floor(value / 0x1_0000_0000))
}

/** A byte with the number of bytes, then those: four at least. */
function writeLongForm(to: Writer, low: number, high: number): void {
  const highBytes = bytesIn(high)
  to.u8((highBytes << 2) | 3)
  to.u32(low)
  writeBytes(to, high, highBytes)
}

/** The long form of what has more than 53 bits. */
function writeWide(to: Writer, value: bigint): void {
  if (BigInt.asUintN(MAX_BITS, value) !== value) throw new CodecError('codec.out-of-range', 'compact integer')
  const words: number[] = []
  for (let rest = value; rest > 0n; rest >>= 32n) words.push(Number(rest & 0xffff_ffffn))
  const top = words.pop() as number
  to.u8(((4 * words.length + bytesIn(top) - 4) << 2) | 3)
  for (const word of words) to.u32(word)
  writeBytes(to, top, bytesIn(top))
}

/** Bytes that a word takes without its leading zeros. */
function bytesIn(word: number): number {
  return (39 - Math.clz32(word)) >> 3
}

function writeBytes(to: Writer, word: number, length: number): void {
  for (let i = 0; i < length; i++) to.u8((word >>> (8 * i)) & 0xff)
}

export function readCompact(from: Reader): bigint {
  const value = readCompactNumber(from)
  return value === 0 ? 0n : BigInt(value)
}

/** A compact integer as a number where that is exact, and else as a bigint. */
export function readCompactNumber(from: Reader): number | bigint {
  const first = from.u8()
  switch (first & 3) {
    case 0:
      return first >> 2
    case 1:
      return shortest((first >> 2) | (from.u8() << 6), 1 << 6)
    case 2:
      return shortest((first >> 2) + from.u8() * 0x40 + from.u16() * 0x4000, 1 << 14)
    default:
      return readLongForm(from, (first >> 2) + 4)
  }
}

function readLongForm(from: Reader, length: number): number | bigint {
  if (length > MAX_BITS / 8) throw new CodecError('codec.out-of-range', 'compact integer above 128 bits')
  const low = from.u32()
  if (length === 4) return shortest(low, 1 << 30)
  from.require(length - 4)
  if (length > 8) return readWide(from, low, length - 4)
  const high = readTop(from, length - 4)
  // 21 bits on top of 32 are exact.
  return high < 1 << 21 ? high * 0x1_0000_0000 + low : (BigInt(high) << 32n) | BigInt(low)
}

function readWide(from: Reader, low: number, length: number): bigint {
  let value = BigInt(low)
  let shift = 32n
  let rest = length
  for (; rest > 4; rest -= 4, shift += 32n) value |= BigInt(from.u32()) << shift
  return value | (BigInt(readTop(from, rest)) << shift)
}

/** The last bytes of the long form: the very last is not zero, or fewer would do. */
function readTop(from: Reader, length: number): number {
  let word = 0
  let byte = 0
  for (let i = 0; i < length; i++) {
    byte = from.u8()
    word += byte * 2 ** (8 * i)
  }
  if (byte === 0) throw new CodecError('codec.non-canonical-compact', 'a shorter form exists')
  return word
}

/** A length prefix: a compact that must fit in what follows, so nothing is allocated for a lie. */
export function readLength(from: Reader, smallestItem: number, bound: number): number {
  const length = readCompactNumber(from)
  if (length > bound) throw new CodecError('codec.too-long', `${length} items, at most ${bound}`)
  // Bounds are 32 bits, items below 2^20 bytes: the product is exact.
  if (Number(length) * smallestItem > from.remaining) {
    throw new CodecError('codec.unexpected-end', `${length} items announced, ${from.remaining} bytes left`)
  }
  return Number(length)
}

function shortest(value: number, smallest: number): number {
  if (value < smallest) throw new CodecError('codec.non-canonical-compact', 'a shorter form exists')
  return value
}

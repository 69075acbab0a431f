/** SCALE compact integers: two low bits of the first byte choose the form, and only the shortest form is valid. */
import { CodecError } from './codec-error.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

/** The largest value that the general form can carry is 2^536 - 1; the protocol needs 128 bits. */
const MAX_COMPACT = (1n << 128n) - 1n

export function writeCompact(to: Writer, value: bigint | number): void {
  if (value < 0 || value > MAX_COMPACT) throw new CodecError('codec.out-of-range', 'compact integer')
  if (value >= 1 << 30) return writeLongForm(to, BigInt(value))
  const small = Number(value)
  if (small < 1 << 6) to.u8(small << 2)
  else if (small < 1 << 14) to.u16((small << 2) | 1)
  else to.u32(small * 4 + 2)
}

/** A byte with the number of bytes, then those: four at least. */
function writeLongForm(to: Writer, wide: bigint): void {
  const words: number[] = []
  for (let rest = wide; rest > 0n; rest >>= 32n) words.push(Number(rest & 0xffff_ffffn))
  const top = words.at(-1) ?? 0
  const topBytes = words.length === 1 ? 4 : (39 - Math.clz32(top)) >> 3
  to.u8(((4 * (words.length - 1) + topBytes - 4) << 2) | 3)
  for (let i = 0; i < words.length - 1; i++) to.u32(words[i] as number)
  for (let i = 0; i < topBytes; i++) to.u8((top >>> (8 * i)) & 0xff)
}

export function readCompact(from: Reader): bigint {
  return BigInt(readCompactNumber(from))
}

/** A compact integer as a number where its form is short, and else as a bigint. */
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

function readLongForm(from: Reader, length: number): bigint {
  if (length > 16) throw new CodecError('codec.out-of-range', 'compact integer above 128 bits')
  const low = from.u32()
  if (length === 4) return BigInt(shortest(low, 1 << 30))
  const bytes = from.raw(length - 4)
  if (bytes.at(-1) === 0) throw new CodecError('codec.non-canonical-compact', 'a shorter form exists')
  let value = 0n
  for (let end = bytes.length; end > 0; end -= 4) {
    let word = 0
    for (let i = end - 1; i >= Math.max(0, end - 4); i--) word = word * 256 + (bytes[i] as number)
    value = (value << BigInt(8 * Math.min(4, end))) | BigInt(word)
  }
  return (value << 32n) | BigInt(low)
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

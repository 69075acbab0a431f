/** SCALE compact integers: two low bits of the first byte choose the form, and only the shortest form is valid. */
import { CodecError } from './codec-error.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

/** The largest value that the general form can carry is 2^536 - 1; the protocol needs 128 bits. */
const MAX_COMPACT = (1n << 128n) - 1n

export function writeCompact(to: Writer, value: bigint | number): void {
  const wide = BigInt(value)
  if (wide < 0n || wide > MAX_COMPACT) throw new CodecError('codec.out-of-range', 'compact integer')
  if (wide < 1n << 6n) to.u8(Number(wide) << 2)
  else if (wide < 1n << 14n) to.u16((Number(wide) << 2) | 1)
  else if (wide < 1n << 30n) to.u32(Number(wide) * 4 + 2)
  else writeLongForm(to, wide)
}

function writeLongForm(to: Writer, wide: bigint): void {
  const bytes: number[] = []
  for (let rest = wide; rest > 0n; rest >>= 8n) bytes.push(Number(rest & 255n))
  while (bytes.length < 4) bytes.push(0)
  to.u8(((bytes.length - 4) << 2) | 3)
  to.raw(Uint8Array.from(bytes))
}

export function readCompact(from: Reader): bigint {
  const first = from.u8()
  switch (first & 3) {
    case 0:
      return BigInt(first >> 2)
    case 1:
      return shortest(BigInt((first >> 2) | (from.u8() << 6)), 1n << 6n)
    case 2:
      return shortest(BigInt(first >> 2) | (BigInt(from.u8()) << 6n) | (BigInt(from.u16()) << 14n), 1n << 14n)
    default: {
      const length = (first >> 2) + 4
      if (length > 16) throw new CodecError('codec.out-of-range', 'compact integer above 128 bits')
      let value = 0n
      from.raw(length).forEach((byte, i) => {
        value |= BigInt(byte) << BigInt(8 * i)
      })
      return shortest(value, length === 4 ? 1n << 30n : 1n << BigInt(8 * (length - 1)))
    }
  }
}

/** A length prefix: a compact that must fit in what follows, so nothing is allocated for a lie. */
export function readLength(from: Reader, smallestItem: number, bound: number): number {
  const length = readCompact(from)
  if (length > BigInt(bound)) throw new CodecError('codec.too-long', `${length} items, at most ${bound}`)
  if (length * BigInt(smallestItem) > BigInt(from.remaining)) {
    throw new CodecError('codec.unexpected-end', `${length} items announced, ${from.remaining} bytes left`)
  }
  return Number(length)
}

function shortest(value: bigint, smallest: bigint): bigint {
  if (value < smallest) throw new CodecError('codec.non-canonical-compact', 'a shorter form exists')
  return value
}

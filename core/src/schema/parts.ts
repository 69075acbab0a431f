/**
 * The smallest parts of codecs, as plain functions: what `t` declares and what is generated are made of the same ones. Range is
 * checked on the way in, never wrapped.
 */
import {
  CodecError,
  type Reader,
  readCompact,
  readCompactNumber as readExactCompact,
  readLength,
  utf8Decode,
  utf8Encode,
  type Writer,
  writeCompact,
} from '../codec/index.ts'

/** Nothing: no bytes. */
export function writeUnit(): void {}

export function readUnit(): undefined {
  return undefined
}

export function writeBool(to: Writer, value: boolean): void {
  if (typeof value !== 'boolean') throw new CodecError('codec.wrong-type', 'bool')
  to.u8(value ? 1 : 0)
}

export function readBool(from: Reader): boolean {
  const byte = from.u8()
  if (byte > 1) throw new CodecError('codec.bad-bool', `byte ${byte}`)
  return byte === 1
}

export function writeU8(to: Writer, value: number): void {
  requireInteger(value, 0, 0xff, 'u8')
  to.u8(value)
}

export function readU8(from: Reader): number {
  return from.u8()
}

export function writeU16(to: Writer, value: number): void {
  requireInteger(value, 0, 0xffff, 'u16')
  to.u16(value)
}

export function readU16(from: Reader): number {
  return from.u16()
}

export function writeU32(to: Writer, value: number): void {
  requireInteger(value, 0, 0xffff_ffff, 'u32')
  to.u32(value)
}

export function readU32(from: Reader): number {
  return from.u32()
}

export function writeU64(to: Writer, value: bigint): void {
  requireBigInt(value, 64, 'u64')
  to.u64(value)
}

export function readU64(from: Reader): bigint {
  return from.u64()
}

export function writeU128(to: Writer, value: bigint): void {
  requireBigInt(value, 128, 'u128')
  const low = BigInt.asUintN(64, value)
  to.u64(low)
  // Most amounts fit into the low word.
  if (low === value) to.zeros(8)
  else to.u64(value >> 64n)
}

export function readU128(from: Reader): bigint {
  const low = from.u64()
  const high = from.u64()
  return high === 0n ? low : low | (high << 64n)
}

/** A compact u8, u16 or u32. */
export function writeCompactNumber(to: Writer, value: number, bits: number): void {
  if (!Number.isSafeInteger(value)) throw new CodecError('codec.wrong-type', `compact u${bits}`)
  if (value < 0 || value >= 2 ** bits) throw new CodecError('codec.out-of-range', `compact u${bits}`)
  writeCompact(to, value)
}

export function readCompactNumber(from: Reader, bits: number): number {
  const value = readExactCompact(from)
  if (typeof value === 'bigint' || value >= 2 ** bits) throw new CodecError('codec.out-of-range', `compact u${bits}`)
  return value
}

/** A compact u64 or u128. */
export function writeCompactBigInt(to: Writer, value: bigint, bits: number): void {
  if (typeof value !== 'bigint') throw new CodecError('codec.wrong-type', `compact u${bits}`)
  if (BigInt.asUintN(bits, value) !== value) throw new CodecError('codec.out-of-range', `compact u${bits}`)
  writeCompact(to, value)
}

export function readCompactBigInt(from: Reader, bits: number): bigint {
  const value = readCompact(from)
  // All that a compact may carry fits into 128 bits.
  if (bits < 128 && BigInt.asUintN(bits, value) !== value) {
    throw new CodecError('codec.out-of-range', `compact u${bits}`)
  }
  return value
}

/** Exactly `length` bytes, without a prefix. */
export function writeFixedBytes(to: Writer, value: Uint8Array, length: number): void {
  if (!(value instanceof Uint8Array)) throw new CodecError('codec.wrong-type', `${length} bytes`)
  if (value.length !== length) throw new CodecError('codec.out-of-range', `${value.length} bytes, not ${length}`)
  to.raw(value)
}

export function readFixedBytes(from: Reader, length: number): Uint8Array {
  return from.raw(length)
}

/** A length, then at most `bound` bytes. */
export function writeBytes(to: Writer, value: Uint8Array, bound: number): void {
  if (!(value instanceof Uint8Array)) throw new CodecError('codec.wrong-type', 'bytes')
  if (value.length > bound) throw new CodecError('codec.too-long', `${value.length} bytes, at most ${bound}`)
  writeCompact(to, value.length)
  to.raw(value)
}

export function readBytes(from: Reader, bound: number): Uint8Array {
  return from.raw(readLength(from, 1, bound))
}

/** A length, then at most `bound` bytes of UTF-8. */
export function writeText(to: Writer, value: string, bound: number): void {
  if (typeof value !== 'string') throw new CodecError('codec.wrong-type', 'text')
  const bytes = utf8Encode(value)
  if (bytes.length > bound) throw new CodecError('codec.too-long', `${bytes.length} bytes, at most ${bound}`)
  writeCompact(to, bytes.length)
  to.raw(bytes)
}

export function readText(from: Reader, bound: number): string {
  return utf8Decode(readBytes(from, bound))
}

/** A length, which the items of a sequence follow. */
export function writeLength(to: Writer, value: readonly unknown[], most: number): void {
  if (!Array.isArray(value)) throw new CodecError('codec.wrong-type', 'sequence')
  if (value.length > most) throw new CodecError('codec.too-long', `${value.length} items, at most ${most}`)
  writeCompact(to, value.length)
}

/** Refuses all but arrays of `length` items: what is no sequence has no prefix. */
export function requireItems(value: readonly unknown[], length: number): void {
  if (!Array.isArray(value) || value.length !== length) throw new CodecError('codec.wrong-type', `${length} items`)
}

/** Refuses what has no fields. */
export function requireObject(value: object): void {
  if (typeof value !== 'object' || value === null) throw new CodecError('codec.wrong-type', 'struct')
}

/** A tag byte below `count`. */
export function readTag(from: Reader, count: number): number {
  const tag = from.u8()
  if (tag >= count) throw new CodecError('codec.unknown-tag', `tag ${tag}`)
  return tag
}

/** The refusal of a byte that no variant of an enum has. */
export function unknownTag(name: string, tag: number): CodecError {
  return new CodecError('codec.unknown-tag', `${name}: tag ${tag}`)
}

/** The refusal of a value that no variant of an enum has. */
export function unknownVariant(name: string, value: unknown): CodecError {
  return new CodecError(
    'codec.unknown-tag',
    `${name}: no variant ${(value as { type?: unknown } | null | undefined)?.type}`,
  )
}

export function requireInteger(value: number, least: number, most: number, name: string): void {
  if (!Number.isInteger(value)) throw new CodecError('codec.wrong-type', name)
  if (value < least || value > most) throw new CodecError('codec.out-of-range', `${value} is not a ${name}`)
}

function requireBigInt(value: bigint, bits: number, name: string): void {
  if (typeof value !== 'bigint') throw new CodecError('codec.wrong-type', name)
  if (BigInt.asUintN(bits, value) !== value) throw new CodecError('codec.out-of-range', `${value} is not a ${name}`)
}

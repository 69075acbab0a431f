/** Fixed-width integers, compact integers, booleans and binary64. Range is checked on the way in, never wrapped. */
import { CodecError, type Reader, type Writer } from '../codec/index.ts'
import {
  readBool,
  readCompactBigInt,
  readCompactNumber,
  readU8,
  readU16,
  readU32,
  readU64,
  readU128,
  requireInteger,
  writeBool,
  writeCompactBigInt,
  writeCompactNumber,
  writeU8,
  writeU16,
  writeU32,
  writeU64,
  writeU128,
} from './parts.ts'
import { defineType, type PrimitiveName, type Read, type Shape, type Type, type Write } from './type.ts'

export const u8 = defineType<number>(primitive('u8'), 1, writeU8, readU8, { kind: 'part', name: 'U8' })
export const u16 = defineType<number>(primitive('u16'), 2, writeU16, readU16, { kind: 'part', name: 'U16' })
export const u32 = defineType<number>(primitive('u32'), 4, writeU32, readU32, { kind: 'part', name: 'U32' })
export const u64 = defineType<bigint>(primitive('u64'), 8, writeU64, readU64, { kind: 'part', name: 'U64' })
export const u128 = defineType<bigint>(primitive('u128'), 16, writeU128, readU128, { kind: 'part', name: 'U128' })
export const bool = defineType<boolean>(primitive('bool'), 1, writeBool, readBool, { kind: 'part', name: 'Bool' })

export const i8 = small(
  'i8',
  1,
  -0x80,
  0x7f,
  (to, value) => to.u8(value & 0xff),
  (from) => (from.u8() << 24) >> 24,
)
export const i16 = small(
  'i16',
  2,
  -0x8000,
  0x7fff,
  (to, value) => to.u16(value & 0xffff),
  (from) => (from.u16() << 16) >> 16,
)
export const i32 = small(
  'i32',
  4,
  -0x8000_0000,
  0x7fff_ffff,
  (to, value) => to.u32(value >>> 0),
  (from) => from.u32() | 0,
)

export const u256 = wide('u256', 256, false)
export const i64 = wide('i64', 64, true)
export const i128 = wide('i128', 128, true)

/**
 * IEEE 754 binary64, little-endian. For answers of contracts only: the runtime's state has no floats.
 * NaN is refused both ways, since its bits differ between machines.
 */
export const f64: Type<number> = defineType(
  { kind: 'primitive', name: 'f64' },
  8,
  (to, value) => {
    if (typeof value !== 'number' || Number.isNaN(value)) throw new CodecError('codec.bad-float', 'not a number')
    to.f64(value)
  },
  (from) => {
    const value = from.f64()
    if (Number.isNaN(value)) throw new CodecError('codec.bad-float', 'not a number')
    return value
  },
)

/** A compact integer with the range of `of`: `number` up to 32 bits, `bigint` above. */
export function compact<T extends number | bigint>(of: Type<T>): Type<T> {
  const [bits, asNumber] = compactRange(of)
  const write = asNumber
    ? (to: Writer, value: number) => writeCompactNumber(to, value, bits)
    : (to: Writer, value: bigint) => writeCompactBigInt(to, value, bits)
  const read = asNumber
    ? (from: Reader) => readCompactNumber(from, bits)
    : (from: Reader) => readCompactBigInt(from, bits)
  return defineType<T>({ kind: 'compact', of }, 1, write as Write<T>, read as Read<T>, {
    kind: 'part',
    name: asNumber ? 'CompactNumber' : 'CompactBigInt',
    argument: bits,
  })
}

function compactRange(of: Type<unknown>): [bits: number, asNumber: boolean] {
  const name = of.shape.kind === 'primitive' ? of.shape.name : undefined
  const ranges: { readonly [name: string]: [number, boolean] } = {
    u8: [8, true],
    u16: [16, true],
    u32: [32, true],
    u64: [64, false],
    u128: [128, false],
  }
  const range = name === undefined ? undefined : ranges[name]
  if (range === undefined) throw new CodecError('codec.wrong-type', 'compact of an unsigned integer only')
  return range
}

function primitive(name: PrimitiveName): Shape {
  return { kind: 'primitive', name }
}

function small(
  name: PrimitiveName,
  size: number,
  least: number,
  most: number,
  write: (to: Writer, value: number) => void,
  read: (from: Reader) => number,
): Type<number> {
  return defineType<number>(
    { kind: 'primitive', name },
    size,
    (to, value) => {
      requireInteger(value, least, most, name)
      write(to, value)
    },
    read,
  )
}

function wide(name: PrimitiveName, bits: number, signed: boolean): Type<bigint> {
  const least = signed ? -(1n << BigInt(bits - 1)) : 0n
  const most = signed ? (1n << BigInt(bits - 1)) - 1n : (1n << BigInt(bits)) - 1n
  return defineType<bigint>(
    { kind: 'primitive', name },
    bits / 8,
    (to, value) => {
      if (typeof value !== 'bigint') throw new CodecError('codec.wrong-type', name)
      if (value < least || value > most) throw new CodecError('codec.out-of-range', `${value} is not a ${name}`)
      let rest = signed ? BigInt.asUintN(bits, value) : value
      for (let word = 1; word < bits / 64; word++, rest >>= 64n) to.u64(BigInt.asUintN(64, rest))
      to.u64(rest)
    },
    (from) => {
      let value = from.u64()
      for (let shift = 64; shift < bits; shift += 64) {
        const word = from.u64()
        // Most amounts fit into the low word.
        if (word !== 0n) value |= word << BigInt(shift)
      }
      return signed ? BigInt.asIntN(bits, value) : value
    },
  )
}

/**
 * Valid SCALE bytes of a type, made from its description only. This is a second, independent encoder: every sample has
 * to be accepted by the type's own decoder, or one of the two is wrong.
 */
import type { Fields, PrimitiveName, Shape, Type } from '@pha/core/schema'
import type { Random } from './random.ts'

export interface Sample {
  readonly bytes: Uint8Array
  /** Offsets of tags, length prefixes and compact integers: where a small lie changes most. */
  readonly marks: readonly number[]
}

/** Below this depth sequences are empty and options absent, so that types which contain themselves come to an end. */
const MAX_DEPTH = 8

/**
 * @example
 * const { bytes } = sampleOf(Header, seededRandom(1, 'Header'))
 * Header.decode(bytes) // never throws
 */
export function sampleOf(type: Type<unknown>, random: Random): Sample {
  const draft = new Draft(random)
  draft.write(type.shape, 0)
  return { bytes: Uint8Array.from(draft.out), marks: draft.marks }
}

const PRIMITIVE_BYTES: { readonly [name in Exclude<PrimitiveName, 'str' | 'bool'>]: number } = {
  f64: 8,
  u8: 1,
  u16: 2,
  u32: 4,
  u64: 8,
  u128: 16,
  u256: 32,
  i8: 1,
  i16: 2,
  i32: 4,
  i64: 8,
  i128: 16,
}

/** One, two, three and four bytes of UTF-8. */
const CHARACTERS = ['a', 'Z', '0', ' ', '\u0000', 'é', '߿', 'ࠀ', '中', '', '😀', '\u{10ffff}'].map((character) =>
  new TextEncoder().encode(character),
)

class Draft {
  readonly out: number[] = []
  readonly marks: number[] = []
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  write(shape: Shape, depth: number): void {
    const random = this.#random
    switch (shape.kind) {
      case 'primitive':
        return this.#primitive(shape.name)
      case 'compact':
        return this.#compact(this.#integer(bitsOf(shape.of)))
      case 'sequence':
        return this.#sequence(shape, depth)
      case 'array':
        if (isByte(shape.of)) return this.#raw(random.bytes(shape.length))
        for (let i = 0; i < shape.length; i++) this.write(shape.of.shape, depth + 1)
        return
      case 'tuple':
        for (const part of shape.of) this.write(part.shape, depth + 1)
        return
      case 'option': {
        const present = depth < MAX_DEPTH && random.oneIn(2)
        this.#tag(present ? 1 : 0)
        if (present) this.write(shape.of.shape, depth + 1)
        return
      }
      case 'result': {
        const failed = random.oneIn(2)
        this.#tag(failed ? 1 : 0)
        return this.write((failed ? shape.error : shape.ok).shape, depth + 1)
      }
      case 'struct':
        return this.#fields(shape.fields, depth)
      case 'enum': {
        const { index, payload } = random.pick(shape.variants)
        this.#tag(index)
        if (payload === null) return
        return isType(payload) ? this.write(payload.shape, depth + 1) : this.#fields(payload, depth)
      }
      case 'named':
        return this.write(shape.of.shape, depth)
      case 'lazy':
        return this.write(shape.of().shape, depth + 1)
      default:
        return shape satisfies never
    }
  }

  #fields(fields: Fields, depth: number): void {
    for (const field of Object.values(fields)) this.write(field.shape, depth + 1)
  }

  #sequence({ of, bound }: Extract<Shape, { kind: 'sequence' }>, depth: number): void {
    const wanted = isByte(of) ? this.#length() : this.#random.below(depth < MAX_DEPTH ? 5 : 1)
    const length = Math.min(wanted, bound ?? wanted)
    this.#compact(BigInt(length))
    if (isByte(of)) return this.#raw(this.#random.bytes(length))
    for (let i = 0; i < length; i++) this.write(of.shape, depth + 1)
  }

  /** Mostly short; sometimes where the length prefix grows by a byte. */
  #length(): number {
    const random = this.#random
    if (random.oneIn(200)) return random.pick([16_383, 16_384, 16_385])
    if (random.oneIn(10)) return random.pick([63, 64, 65, 255, 256, 257])
    return random.below(40)
  }

  #primitive(name: PrimitiveName): void {
    const random = this.#random
    switch (name) {
      case 'bool':
        return this.#tag(random.below(2))
      case 'str': {
        // At most 20 bytes: descriptions of text don't say its bound.
        const characters = Array.from({ length: random.below(6) }, () => random.pick(CHARACTERS))
        this.#compact(BigInt(characters.reduce((sum, { length }) => sum + length, 0)))
        for (const character of characters) this.#raw(character)
        return
      }
      case 'f64':
        return this.#raw(new Uint8Array(new Float64Array([random.pick([0, -0, 0.1, 5e-324, 1 / 0, -1 / 0])]).buffer))
      default: {
        const size = PRIMITIVE_BYTES[name]
        return this.#raw(random.oneIn(4) ? new Uint8Array(size).fill(random.pick([0, 255])) : random.bytes(size))
      }
    }
  }

  /** Every number of bits is equally likely, so each form of a compact is met. */
  #integer(bits: number): bigint {
    const wide = this.#random.bytes(bits / 8).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
    return wide >> BigInt(this.#random.below(bits + 1))
  }

  #compact(value: bigint): void {
    this.marks.push(this.out.length)
    this.#raw(compactBytes(value))
  }

  #tag(tag: number): void {
    this.marks.push(this.out.length)
    this.out.push(tag)
  }

  #raw(bytes: Uint8Array): void {
    for (const byte of bytes) this.out.push(byte)
  }
}

/** The SCALE compact form of `value` in `mode` 0 to 3; the canonical one unless a longer mode is asked for. */
export function compactBytes(value: bigint, mode = canonicalMode(value)): Uint8Array {
  if (mode < 3) return littleEndian((value << 2n) | BigInt(mode), 2 ** mode)
  const size = Math.max(4, Math.ceil(value.toString(2).length / 8))
  return Uint8Array.of(((size - 4) << 2) | 3, ...littleEndian(value, size))
}

function canonicalMode(value: bigint): number {
  return value < 1n << 6n ? 0 : value < 1n << 14n ? 1 : value < 1n << 30n ? 2 : 3
}

/** The low `size` bytes of `value`. */
export function littleEndian(value: bigint, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * i)) & 255n))
}

function isByte({ shape }: Type<unknown>): boolean {
  return shape.kind === 'primitive' && shape.name === 'u8'
}

function isType(payload: Fields | Type<unknown>): payload is Type<unknown> {
  return typeof payload.write === 'function'
}

function bitsOf({ shape }: Type<unknown>): number {
  if (shape.kind === 'primitive' && shape.name !== 'str' && shape.name !== 'bool')
    return 8 * PRIMITIVE_BYTES[shape.name]
  throw new TypeError('a compact is of an unsigned integer')
}

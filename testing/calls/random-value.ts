/**
 * Values of any declared type, made of what a chain knows: accounts that exist, ids and hashes that occurred, amounts
 * around balances, numbers around the block. Random bytes would fail the first check of nearly every call.
 */
import { compareBytes, equalBytes } from '@pha/core/codec'
import type { Fields, PrimitiveName, Shape, Type } from '@pha/core/schema'
import type { AnyCall } from '@pha/runtime/frame'
import { balances, PHA } from '@pha/runtime/pallets'
import type { Random } from '../campaigns/scale/random.ts'

/** What values are made of. */
export interface Surroundings {
  readonly accounts: readonly Uint8Array[]
  /** Ids and hashes of 32 bytes that a call may name. */
  readonly ids: readonly Uint8Array[]
  readonly block: number
  /** A call for a place that takes calls; `depth` counts the calls around it. */
  call(random: Random, depth: number): AnyCall
  encode(call: AnyCall): Uint8Array
}

const DEPOSIT = balances.constants.existentialDeposit.value
const AMOUNTS = [0n, 1n, DEPOSIT - 1n, DEPOSIT, DEPOSIT + 1n, PHA, 10n * PHA, 999n * PHA, 2n ** 64n, 2n ** 128n - 1n]
const WORDS = ['', 'a', 'http://127.0.0.1:1', 'é中😀', 'x'.repeat(70)]
const BITS: { readonly [name in Exclude<PrimitiveName, 'bool' | 'str' | 'f64'>]: number } = {
  u8: 8,
  u16: 16,
  u32: 32,
  u64: 64,
  u128: 128,
  u256: 256,
  i8: 7,
  i16: 15,
  i32: 31,
  i64: 63,
  i128: 127,
}

/**
 * @param depth calls around this value; below some depth no more calls are put inside
 * @example
 * const dest = randomValue(MultiAddress, random, surroundings, 0)
 */
export function randomValue(type: Type<unknown>, random: Random, around: Surroundings, depth: number): unknown {
  const { shape } = type
  const inner = (of: Type<unknown>): unknown => randomValue(of, random, around, depth)
  switch (shape.kind) {
    case 'primitive':
      return shape.name === 'str' ? text(type, random) : primitive(shape.name, random, around)
    case 'compact':
      return inner(shape.of)
    case 'sequence':
      return sequence(shape, random, around, depth)
    case 'array':
      return isByte(shape.of) ? fixedBytes(shape.length, random, around) : repeat(shape.length, () => inner(shape.of))
    case 'tuple':
      return shape.of.length === 0 ? undefined : shape.of.map(inner)
    case 'option':
      return random.oneIn(3) ? undefined : inner(shape.of)
    case 'result':
      return random.oneIn(2) ? { ok: true, value: inner(shape.ok) } : { ok: false, error: inner(shape.error) }
    case 'struct':
      return fieldsOf(shape.fields, random, around, depth)
    case 'enum':
      return variant(shape, random, around, depth)
    case 'named':
      return shape.path.at(-1) === 'AccountId32' && !random.oneIn(20) ? random.pick(around.accounts) : inner(shape.of)
    case 'lazy':
      return shape.name === 'RuntimeCall' ? around.call(random, depth + 1) : inner(shape.of())
    default:
      return shape satisfies never
  }
}

/** Values of named fields, such as the arguments of a call. */
export function fieldsOf(
  fields: Fields,
  random: Random,
  around: Surroundings,
  depth: number,
): { readonly [name: string]: unknown } {
  return Object.fromEntries(
    Object.entries(fields).map(([name, type]) => [name, randomValue(type, random, around, depth)]),
  )
}

/** A word that the type has room for: how much that is does not show in its shape. */
function text(type: Type<unknown>, random: Random): string {
  return random.pick(
    WORDS.filter((word) => {
      try {
        return type.encode(word).length > 0
      } catch {
        return false
      }
    }),
  )
}

function primitive(name: Exclude<PrimitiveName, 'str'>, random: Random, { block }: Surroundings): unknown {
  switch (name) {
    case 'bool':
      return random.oneIn(2)
    case 'f64':
      return random.below(100) / 4
    case 'u128':
      return random.oneIn(2) ? random.pick(AMOUNTS) : (BigInt(random.below(2_000)) * PHA) / BigInt(1 + random.below(50))
    default: {
      const bits = BITS[name]
      const number = integer(bits, random, block)
      return bits > 32 ? number : Number(number)
    }
  }
}

/** Small, around the block that is made, or the largest there is. */
function integer(bits: number, random: Random, block: number): bigint {
  const most = (1n << BigInt(bits)) - 1n
  const picked = random.oneIn(16)
    ? most
    : BigInt(random.oneIn(2) ? random.below(5) : Math.max(0, block - 3 + random.below(10)))
  const wide = bits > 32 && random.oneIn(3) ? picked * 1_000_000_000n : picked
  return wide > most ? wide % (most + 1n) : wide
}

function sequence(
  { of, bound, packed }: Extract<Shape, { kind: 'sequence' }>,
  random: Random,
  around: Surroundings,
  depth: number,
): unknown {
  const most = bound ?? 2 ** 20
  if (isByte(of)) return byteString(most, random, around, depth)
  const length = Math.min(most, random.below(5))
  if (packed) return Uint16Array.from(random.bytes(length))
  const items = repeat(length, () => randomValue(of, random, around, depth))
  // Lists of accounts are mostly sets: in order, and nobody twice.
  if (!items.every((item) => item instanceof Uint8Array) || random.oneIn(8)) return items
  return items
    .sort(compareBytes)
    .filter((item, i, sorted) => i === 0 || !equalBytes(item, sorted[i - 1] ?? new Uint8Array()))
}

function byteString(most: number, random: Random, around: Surroundings, depth: number): Uint8Array {
  const bytes = random.oneIn(3)
    ? around.encode(around.call(random, depth + 1))
    : random.bytes(random.oneIn(30) ? random.below(5_000) : random.below(60))
  return bytes.subarray(0, most)
}

function fixedBytes(length: number, random: Random, around: Surroundings): Uint8Array {
  if (length !== 32 || random.oneIn(10)) return random.bytes(length)
  return random.pick(random.oneIn(3) || around.ids.length === 0 ? around.accounts : around.ids)
}

function variant(
  { name, variants }: Extract<Shape, { kind: 'enum' }>,
  random: Random,
  around: Surroundings,
  depth: number,
): unknown {
  const preferred = name === 'MultiAddress' && !random.oneIn(16) ? variants[0] : undefined
  const { name: type, payload } = preferred ?? random.pick(variants)
  if (payload === null) return { type }
  const value = isType(payload) ? randomValue(payload, random, around, depth) : fieldsOf(payload, random, around, depth)
  return { type, value }
}

function repeat<T>(times: number, make: () => T): T[] {
  return Array.from({ length: times }, make)
}

function isByte({ shape }: Type<unknown>): boolean {
  return shape.kind === 'primitive' && shape.name === 'u8'
}

function isType(payload: Fields | Type<unknown>): payload is Type<unknown> {
  return typeof payload.write === 'function'
}

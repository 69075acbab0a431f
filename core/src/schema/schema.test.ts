import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { fromHex, toHex } from '../codec/index.ts'
import { type Type, t, tryDecode } from './index.ts'

const Shape = t.enum('Shape', {
  Nothing: null,
  Circle: t.u32,
  Box: { width: t.compact(t.u64), label: t.text },
  Far: t.variant(9, t.option(t.bool)),
})

/** Every combinator with a generator of its values. */
const samples: readonly (readonly [name: string, type: Type<unknown>, values: fc.Arbitrary<unknown>])[] = [
  ['bool', t.bool, fc.boolean()],
  ['u8', t.u8, fc.integer({ min: 0, max: 0xff })],
  ['u16', t.u16, fc.integer({ min: 0, max: 0xffff })],
  ['u32', t.u32, fc.integer({ min: 0, max: 0xffff_ffff })],
  ['u64', t.u64, fc.bigInt(0n, (1n << 64n) - 1n)],
  ['u128', t.u128, fc.bigInt(0n, (1n << 128n) - 1n)],
  ['u256', t.u256, fc.bigInt(0n, (1n << 256n) - 1n)],
  ['i8', t.i8, fc.integer({ min: -0x80, max: 0x7f })],
  ['i16', t.i16, fc.integer({ min: -0x8000, max: 0x7fff })],
  ['i32', t.i32, fc.integer()],
  ['i64', t.i64, fc.bigInt(-(1n << 63n), (1n << 63n) - 1n)],
  ['i128', t.i128, fc.bigInt(-(1n << 127n), (1n << 127n) - 1n)],
  ['f64', t.f64, fc.double({ noNaN: true })],
  ['compact u8', t.compact(t.u8), fc.integer({ min: 0, max: 0xff })],
  ['compact u32', t.compact(t.u32), fc.integer({ min: 0, max: 0xffff_ffff })],
  ['compact u128', t.compact(t.u128), fc.bigInt(0n, (1n << 128n) - 1n)],
  ['text', t.text, fc.string({ unit: 'binary' })],
  ['bytes', t.bytes, fc.uint8Array()],
  ['fixed bytes', t.fixedBytes(4), fc.uint8Array({ minLength: 4, maxLength: 4 })],
  ['vec', t.vec(t.u16), fc.array(fc.integer({ min: 0, max: 0xffff }))],
  ['bounded vec', t.boundedVec(t.text, 5), fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 })],
  ['packed u16', t.packedU16(50), fc.uint16Array({ maxLength: 50 })],
  ['array', t.array(t.bool, 3), fc.array(fc.boolean(), { minLength: 3, maxLength: 3 })],
  ['tuple', t.tuple(t.u8, t.text), fc.tuple(fc.integer({ min: 0, max: 255 }), fc.string({ unit: 'grapheme' }))],
  ['option', t.option(t.u32), fc.option(fc.integer({ min: 0, max: 99 }), { nil: undefined })],
  [
    'struct',
    t.struct('Point', { x: t.i32, y: t.i32 }),
    fc.record({ x: fc.integer(), y: fc.integer() }, { noNullPrototype: true }),
  ],
  [
    'enum',
    Shape,
    fc.oneof(
      fc.constant({ type: 'Nothing' }),
      fc.record({ type: fc.constant('Circle'), value: fc.integer({ min: 0, max: 9 }) }, { noNullPrototype: true }),
    ),
  ],
]

describe('every type', () => {
  for (const [name, type, values] of samples) {
    it(`${name}: decoding what was encoded gives the value`, () => {
      fc.assert(fc.property(values, (value) => deepEqual(type.decode(type.encode(value)), value)))
    })
    it(`${name}: any bytes are refused with a code, or are the one encoding of what they decode to`, () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
          const decoded = tryDecode(type, bytes)
          if (decoded.ok) deepEqual(type.encode(decoded.value), bytes)
        }),
        { numRuns: 500 },
      )
    })
    it(`${name}: a valid encoding with a byte more or less is another value or refused`, () => {
      fc.assert(
        fc.property(values, (value) => {
          const bytes = type.encode(value)
          equal(tryDecode(type, Uint8Array.of(...bytes, 0)).ok, false)
          if (bytes.length > 0)
            equal(tryDecode(type, bytes.subarray(1)).ok && tryDecode(type, bytes.subarray(0, -1)).ok, false)
        }),
      )
    })
  }
})

describe('decoding refuses', () => {
  const refused: readonly (readonly [why: string, type: Type<unknown>, hex: string, code: string])[] = [
    ['trailing bytes', t.u8, '0x0100', 'codec.trailing-bytes'],
    ['a bool of 2', t.bool, '0x02', 'codec.bad-bool'],
    ['a two-byte compact below 64', t.compact(t.u32), '0x0100', 'codec.non-canonical-compact'],
    ['a four-byte compact below 2^14', t.compact(t.u32), '0xfeff0000', 'codec.non-canonical-compact'],
    ['a long compact below 2^30', t.compact(t.u32), '0x03ffffff3f', 'codec.non-canonical-compact'],
    ['a long compact with a zero on top', t.compact(t.u64), '0x07ffffffff00', 'codec.non-canonical-compact'],
    ['a compact above its type', t.compact(t.u8), '0x0104', 'codec.out-of-range'],
    ['a compact above 128 bits', t.compact(t.u128), '0x37ffffffffffffffffffffffffffffffffff', 'codec.out-of-range'],
    ['an option tag of 7', t.option(t.u8), '0x0700', 'codec.unknown-tag'],
    ['a variant that does not exist', Shape, '0x04', 'codec.unknown-tag'],
    ['a length above the input', t.bytes, '0x0300000040', 'codec.unexpected-end'],
    ['a length above the bound', t.boundedVec(t.u8, 2), '0x0c000000', 'codec.too-long'],
    ['billions of empty items', t.vec(t.unit), '0xfeffffff', 'codec.too-long'],
    ['a lone continuation byte', t.text, '0x0480', 'codec.bad-utf8'],
    ['an overlong slash', t.text, '0x08c0af', 'codec.bad-utf8'],
    ['a surrogate', t.text, '0x0ceda080', 'codec.bad-utf8'],
    ['a code point above U+10FFFF', t.text, '0x10f4908080', 'codec.bad-utf8'],
    ['not a number', t.f64, '0x000000000000f87f', 'codec.bad-float'],
  ]
  for (const [why, type, hex, code] of refused) {
    it(why, () => deepEqual(tryDecode(type, fromHex(hex)), { ok: false, reason: code }))
  }

  it('types that contain themselves without end, or too often', () => {
    deepEqual(tryDecode(Chain, new Uint8Array(1_000).fill(1)), { ok: false, reason: 'codec.too-deep' })
    deepEqual(tryDecode(Tree, Tree.encode(tree(2_048))), { ok: true, value: tree(2_048) })
    const wide = Uint8Array.of(...t.compact(t.u32).encode(2_049), ...new Uint8Array(2_049))
    deepEqual(tryDecode(Tree, wide), { ok: false, reason: 'codec.too-long' })
  })
})

interface Chain {
  readonly next: Chain | undefined
}
const Chain: Type<Chain> = t.struct('Chain', { next: t.option(t.lazy('Chain', () => Chain)) })
const chain = (levels: number): Chain => ({ next: levels === 0 ? undefined : chain(levels - 1) })

interface Tree {
  readonly leaves: readonly Tree[]
}
const Tree: Type<Tree> = t.struct('Tree', { leaves: t.vec(t.lazy('Tree', () => Tree)) })
const tree = (leaves: number): Tree => ({ leaves: Array.from({ length: leaves }, () => ({ leaves: [] })) })

describe('encoding refuses', () => {
  it('what no reader would accept: too deep, or too often itself; and goes on with the next value', () => {
    for (let again = 0; again < 3; again++) {
      throws(() => Chain.encode(chain(17)), { code: 'codec.too-deep' })
      deepEqual(Chain.decode(Chain.encode(chain(16))), chain(16))
      throws(() => Tree.encode(tree(2_049)), { code: 'codec.too-long' })
      deepEqual(Tree.decode(Tree.encode(tree(2_048))), tree(2_048))
    }
  })

  const refused: readonly (readonly [why: string, type: Type<unknown>, value: unknown, code: string])[] = [
    ['256 as u8', t.u8, 256, 'codec.out-of-range'],
    ['-1 as u32', t.u32, -1, 'codec.out-of-range'],
    ['1.7 as u32', t.u32, 1.7, 'codec.wrong-type'],
    ['NaN as u32', t.u32, Number.NaN, 'codec.wrong-type'],
    ['-1n as u128', t.u128, -1n, 'codec.out-of-range'],
    ['2^128 as u128', t.u128, 1n << 128n, 'codec.out-of-range'],
    ['a number where a bigint belongs', t.u64, 1, 'codec.wrong-type'],
    ['1 as bool', t.bool, 1, 'codec.wrong-type'],
    ['33 bytes as an account', t.accountId, new Uint8Array(33), 'codec.out-of-range'],
    ['text as bytes', t.bytes, 'ab', 'codec.wrong-type'],
    ['an unpaired surrogate', t.text, '\ud800', 'codec.bad-utf8'],
    ['a variant that does not exist', Shape, { type: 'Star' }, 'codec.unknown-tag'],
    ['too many items', t.boundedVec(t.u8, 1), [1, 2], 'codec.too-long'],
    ['nothing as a struct', t.struct('S', { a: t.u8 }), null, 'codec.wrong-type'],
  ]
  for (const [why, type, value, code] of refused) {
    it(why, () => throws(() => type.encode(value), { code }))
  }
})

describe('decoding', () => {
  it('starts where a view starts, since small buffers are slices of a pool', () => {
    const pool = Uint8Array.of(9, 9, 0x04, 0x61, 9)
    equal(t.text.decode(pool.subarray(2, 4)), 'a')
    equal(t.u16.decode(Buffer.from([9, 1, 2]).subarray(1)), 0x0201)
  })

  it('gives values that do not change with the input', () => {
    const input = t.bytes.encode(Uint8Array.of(1, 2, 3))
    const value = t.bytes.decode(input)
    input.fill(0)
    equal(toHex(value), '0x010203')
  })
})

/** On valid values our bytes are those of scale-ts, an independent implementation; where it is lax, ours refuses. */
import { deepEqual, doesNotThrow, equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import * as scale from 'scale-ts'
import { CodecError, fromHex } from '../codec/index.ts'
import { type Type, t, tryDecode } from './index.ts'
import { anyCase, anyPair } from './scale-ts-pairs.ts'

describe('any type with any of its values', () => {
  it('has the bytes of scale-ts, and both read back what was written', () => {
    fc.assert(
      fc.property(anyCase, ({ ours, theirs, translate, value }) => {
        const bytes = ours.encode(value)
        deepEqual(bytes, theirs.enc(translate(value)))
        deepEqual(ours.decode(bytes), value)
        deepEqual(wide(theirs.dec(bytes)), wide(translate(value)))
      }),
      { numRuns: 1_000 },
    )
  })

  it('is refused or has other bytes when a byte is changed, cut off or added', () => {
    const change = fc.record({
      at: fc.nat(),
      to: fc.nat(255),
      kind: fc.constantFrom('change' as const, 'cut' as const, 'add' as const),
    })
    fc.assert(
      fc.property(anyCase, change, ({ ours, value }, { at, to, kind }) => {
        const bytes = ours.encode(value)
        const place = at % Math.max(1, bytes.length)
        const changed = {
          change: () => bytes.map((byte, i) => (i === place ? to : byte)),
          cut: () => bytes.slice(0, place),
          add: () => Uint8Array.of(...bytes, to),
        }[kind]()
        const decoded = tryDecode(ours, changed)
        // One value, one encoding: whatever is accepted is written as exactly these bytes.
        if (decoded.ok) deepEqual(ours.encode(decoded.value), changed)
      }),
      { numRuns: 1_000 },
    )
  })
})

/** All numbers as bigints: compact integers of scale-ts are either, by their size. */
function wide(value: unknown): unknown {
  if (typeof value === 'number') return BigInt(value)
  if (Array.isArray(value)) return value.map(wide)
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, wide(part)]))
}

/**
 * Why the chain has a codec of its own: scale-ts is made for clients that trust their node, so it lets these pass.
 * `theirs` is what it makes of them.
 */
const ACCEPTED_BYTES: readonly (readonly [
  string,
  Type<unknown>,
  scale.Codec<never>,
  string,
  code: string,
  theirs: unknown,
])[] = [
  ['trailing bytes', t.u8, scale.u8 as never, '0x01ff', 'codec.trailing-bytes', 1],
  ['a bool of 2', t.bool, scale.bool as never, '0x02', 'codec.bad-bool', true],
  [
    'a compact that is longer than it must be',
    t.compact(t.u32),
    scale.compact as never,
    '0x0100',
    'codec.non-canonical-compact',
    0,
  ],
  ['a compact above its type', t.compact(t.u8), scale.compact as never, '0x0104', 'codec.out-of-range', 256],
  ['an option tag of 7', t.option(t.u8), scale.Option(scale.u8) as never, '0x0705', 'codec.unknown-tag', 5],
  ['invalid UTF-8', t.text, scale.str as never, '0x04ff', 'codec.bad-utf8', '\ufffd'],
  [
    'a byte string that claims 2^28 bytes',
    t.bytes,
    scale.Bytes() as never,
    '0x0200004061',
    'codec.unexpected-end',
    Uint8Array.of(0x61),
  ],
]

const ACCEPTED_VALUES: readonly (readonly [
  string,
  Type<unknown>,
  scale.Codec<never>,
  unknown,
  code: string,
  theirs: string,
])[] = [
  [
    '-1n as u128: all the money there is',
    t.u128,
    scale.u128 as never,
    -1n,
    'codec.out-of-range',
    `0x${'ff'.repeat(16)}`,
  ],
  ['2^128 + 5 as u128', t.u128, scale.u128 as never, (1n << 128n) + 5n, 'codec.out-of-range', `0x05${'00'.repeat(15)}`],
  ['256 as u8', t.u8, scale.u8 as never, 256, 'codec.out-of-range', '0x00'],
  ['1.7 as u32', t.u32, scale.u32 as never, 1.7, 'codec.wrong-type', '0x01000000'],
  ['NaN as u32', t.u32, scale.u32 as never, Number.NaN, 'codec.wrong-type', '0x00000000'],
]

describe('what scale-ts lets pass, ours refuses', () => {
  for (const [why, ours, theirs, hex, code, meaning] of ACCEPTED_BYTES) {
    it(`in bytes: ${why}`, () => {
      deepEqual(tryDecode(ours, fromHex(hex)), { ok: false, reason: code })
      deepEqual(theirs.dec(fromHex(hex)), meaning)
    })
  }
  for (const [why, ours, theirs, value, code, hex] of ACCEPTED_VALUES) {
    it(`in values: ${why}`, () => {
      throws(() => ours.encode(value), { code })
      deepEqual(theirs.enc(value as never), fromHex(hex))
    })
  }

  it('a view into a larger buffer, which it reads from the wrong place', () => {
    const pool = Uint8Array.of(9, 0, 0, 0, 7, 0, 0, 0)
    equal(t.u32.decode(pool.subarray(4)), 7)
    equal(scale.u32.dec(pool.subarray(4)), 9)
  })
})

describe('any bytes at all', () => {
  it('are refused with a code of the codec, never with another error', () => {
    fc.assert(
      fc.property(anyPair, fc.uint8Array({ maxLength: 64 }), ({ ours }, bytes) => {
        doesNotThrow(() => {
          try {
            ours.decode(bytes)
          } catch (error) {
            if (!(error instanceof CodecError)) throw error
          }
        })
      }),
      { numRuns: 2_000 },
    )
  })
})

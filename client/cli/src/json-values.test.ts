import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Infer, type Type, t } from '@pha/core/schema'
import fc from 'fast-check'
import { fieldsFromJson, fromJson, type Json, toJson } from './json-values.ts'

const Everything = t.struct('Everything', {
  flag: t.bool,
  small: t.u32,
  wide: t.u128,
  signed: t.i64,
  name: t.text,
  who: t.accountId,
  blob: t.bytes,
  codes: t.packedU16(8),
  list: t.vec(t.u8),
  maybe: t.option(t.u16),
  choice: t.enum('Choice', { None: null, One: t.u32, Both: { left: t.u8, right: t.u8 } }),
  pair: t.tuple(t.u8, t.text),
})

const values: fc.Arbitrary<Infer<typeof Everything>> = fc.record({
  flag: fc.boolean(),
  small: fc.integer({ min: 0, max: 0xffff_ffff }),
  wide: fc.bigInt(0n, (1n << 128n) - 1n),
  signed: fc.bigInt(-(1n << 63n), (1n << 63n) - 1n),
  name: fc.string({ unit: 'grapheme' }),
  who: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  blob: fc.uint8Array({ maxLength: 40 }),
  codes: fc.uint16Array({ maxLength: 8 }),
  list: fc.constant([]),
  maybe: fc.option(fc.integer({ min: 0, max: 0xffff }), { nil: undefined }),
  choice: fc.oneof(
    fc.constant({ type: 'None' } as const),
    fc.record({ type: fc.constant('One' as const), value: fc.integer({ min: 0, max: 9 }) }),
    fc.constant({ type: 'Both', value: { left: 1, right: 2 } } as const),
  ),
  pair: fc.tuple(fc.integer({ min: 0, max: 255 }), fc.string({ unit: 'grapheme' })),
})

/** Through text, as on a command line. */
function throughText(type: Type<unknown>, value: unknown): unknown {
  return fromJson(type, JSON.parse(JSON.stringify(toJson(type, value))) as Json, 'args')
}

describe('JSON of declared types', () => {
  it('reads back what it wrote, for every kind of type', () => {
    fc.assert(
      fc.property(values, (value) => {
        const again = throughText(Everything, value) as Infer<typeof Everything>
        deepEqual(Everything.encode({ ...again, list: [...again.list] }), Everything.encode(value))
      }),
    )
  })

  it('takes variants without a value as plain text and accounts as addresses', () => {
    deepEqual(fromJson(t.enum('E', { A: null, B: t.u8 }), 'A', 'args'), { type: 'A' })
    equal((fromJson(t.accountId, '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY', 'args') as Uint8Array)[0], 0xd4)
  })

  it('says where an argument is wrong, with a code', () => {
    const wrong: readonly (readonly [Type<unknown>, Json, RegExp])[] = [
      [t.u32, 'many', /^args: an integer/],
      [t.u32, 1.5, /^args: an integer/],
      [t.bool, 1, /^args: true or false/],
      [t.text, 7, /^args: text/],
      [t.vec(t.u8), {}, /^args: a list/],
      [t.struct('S', { inner: t.struct('I', { flag: t.bool }) }), { inner: { flag: 'no' } }, /^args.inner.flag: true/],
      [t.enum('E', { A: null }), { type: 'Z' }, /^args: one of A/],
    ]
    for (const [type, json, message] of wrong) {
      throws(() => fromJson(type, json, 'args'), { code: 'cli.bad-argument', message })
    }
    throws(() => fieldsFromJson({ text: t.text }, { txt: 'x' }, 'sign'), /there is no txt; known: text/)
  })
})

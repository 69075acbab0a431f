/** On valid values our bytes are those of scale-ts, an independent implementation. */
import { deepEqual } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import * as scale from 'scale-ts'
import { t } from './index.ts'

const u32s = fc.integer({ min: 0, max: 0xffff_ffff })
const u128s = fc.bigInt(0n, (1n << 128n) - 1n)

describe('the bytes of scale-ts', () => {
  it('u32, u128, compact', () => {
    fc.assert(
      fc.property(u32s, u128s, (small, wide) => {
        deepEqual(t.u32.encode(small), scale.u32.enc(small))
        deepEqual(t.u128.encode(wide), scale.u128.enc(wide))
        deepEqual(t.compact(t.u32).encode(small), scale.compact.enc(small))
        deepEqual(t.compact(t.u128).encode(wide), scale.compact.enc(wide))
      }),
    )
  })

  it('text, sequences, options and structs', () => {
    const ours = t.struct('S', { name: t.text, amounts: t.vec(t.u32), tip: t.option(t.u128), flag: t.bool })
    const theirs = scale.Struct({
      name: scale.str,
      amounts: scale.Vector(scale.u32),
      tip: scale.Option(scale.u128),
      flag: scale.bool,
    })
    const values = fc.record({
      name: fc.string({ unit: 'grapheme' }),
      amounts: fc.array(u32s),
      tip: fc.option(u128s, { nil: undefined }),
      flag: fc.boolean(),
    })
    fc.assert(fc.property(values, (value) => deepEqual(ours.encode(value), theirs.enc(value))))
  })
})

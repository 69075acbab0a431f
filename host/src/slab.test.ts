import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { bytesOfText, byteText, joinedText } from './byte-text.ts'
import { Slab } from './slab.ts'

describe('arrays cut from slabs', () => {
  it('are zeros of their length that no other one shares', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(700), { maxLength: 60 }), (lengths) => {
        const slab = new Slab(4_096)
        const cuts = lengths.map((length, i) => {
          const cut = slab.take(length)
          deepEqual(cut, new Uint8Array(length))
          return cut.fill(i + 1)
        })
        cuts.forEach((cut, i) => {
          deepEqual(cut, new Uint8Array(lengths[i] as number).fill(i + 1))
        })
      }),
    )
  })

  it('leave long ones memory of their own', () => {
    const slab = new Slab(4_096)
    equal(slab.take(256).buffer.byteLength, 4_096)
    equal(slab.take(257).buffer.byteLength, 257)
    deepEqual(slab.copy(Uint8Array.of(1, 2)), Uint8Array.of(1, 2))
  })
})

describe('bytes as text', () => {
  it('go back and forth, in the same order, whatever their length', () => {
    const bytes = fc.uint8Array({ maxLength: 1_100, size: 'max' })
    fc.assert(
      fc.property(bytes, bytes, (left, right) => {
        deepEqual(bytesOfText(byteText(left)), left)
        const [a, b] = [byteText(left), byteText(right)]
        equal(a < b ? -1 : a > b ? 1 : 0, Buffer.compare(left, right))
        equal(joinedText(left, right, left), a + b + a)
      }),
    )
  })
})

import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { exactMean, fraction, toDecimal } from './index.ts'

describe('a fraction', () => {
  it('is in lowest terms', () => {
    deepEqual(fraction(34n, 70n), { numerator: 17n, denominator: 35n })
    deepEqual(fraction(0n, 7n), { numerator: 0n, denominator: 1n })
    throws(() => fraction(1n, 0n), { code: 'fraction.out-of-range' })
    throws(() => fraction(-1n, 2n), { code: 'fraction.out-of-range' })
  })

  it('is written with 12 significant digits, half to even', () => {
    equal(toDecimal(fraction(17n, 35n)), '0.485714285714')
    equal(toDecimal(fraction(0n, 1n)), '0')
    equal(toDecimal(fraction(1n, 1n)), '1.00000000000')
    equal(toDecimal(fraction(2n, 3n)), '0.666666666667')
    equal(toDecimal(fraction(1n, 3_000_000n)), '0.000000333333333333')
    equal(toDecimal(fraction(1_000_000_000_005n, 10n)), '100000000000')
    equal(toDecimal(fraction(1_000_000_000_015n, 10n)), '100000000002')
    equal(toDecimal(fraction(123_456_789_012_345n, 1n)), '123456789012000')
    equal(toDecimal(fraction(9_999_999_999_999n, 10_000_000_000_000n)), '1.00000000000')
  })

  it('as a decimal is within half a unit of the last digit', () => {
    const part = fc.bigInt({ min: 1n, max: 10n ** 40n })
    fc.assert(
      fc.property(part, part, (numerator, denominator) => {
        const text = toDecimal(fraction(numerator, denominator))
        const places = text.includes('.') ? text.length - text.indexOf('.') - 1 : 0
        const digits = BigInt(text.replace('.', ''))
        const significant = digits.toString().length
        equal(significant >= 12, true)
        const step = 10n ** BigInt(significant - 12)
        const scaled = 10n ** BigInt(places) * numerator
        const error = digits * denominator - scaled
        equal(2n * (error < 0n ? -error : error) <= step * denominator, true)
      }),
    )
  })
})

describe('a mean', () => {
  it('is the exact sum over the count', () => {
    deepEqual(exactMean([1, 2, 2]), {
      people: 3,
      sum: 5n,
      fraction: { numerator: 5n, denominator: 3n },
      decimal: '1.66666666667',
    })
    throws(() => exactMean([]), { code: 'fraction.out-of-range' })
  })
})

import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { oddsRatio, oddsRatioInterval, type TwoByTwo, toDecimal } from './index.ts'

const table = (exposedIll: number, exposedWell: number, unexposedIll: number, unexposedWell: number): TwoByTwo => ({
  exposedIll,
  exposedWell,
  unexposedIll,
  unexposedWell,
})

describe('the odds ratio', () => {
  it('is exact, and says when it is zero, infinite or nothing', () => {
    deepEqual(oddsRatio(table(8, 5, 7, 34)), { kind: 'finite', value: { numerator: 272n, denominator: 35n } })
    deepEqual(oddsRatio(table(0, 5, 7, 34)), { kind: 'zero' })
    deepEqual(oddsRatio(table(8, 5, 7, 0)), { kind: 'zero' })
    deepEqual(oddsRatio(table(8, 0, 7, 34)), { kind: 'infinite' })
    deepEqual(oddsRatio(table(8, 5, 0, 34)), { kind: 'infinite' })
    deepEqual(oddsRatio(table(0, 0, 7, 34)), { kind: 'undefined' })
    deepEqual(oddsRatio(table(0, 5, 0, 34)), { kind: 'undefined' })
  })
})

describe('its confidence interval', () => {
  it("is the published one of the Physicians' Health Study on aspirin: 1.832, 1.44 to 2.33 (Agresti 2002, 3.1.1)", () => {
    const placeboAndAspirin = table(189, 10_845, 104, 10_933)
    const ratio = oddsRatio(placeboAndAspirin)
    if (ratio.kind !== 'finite') throw new Error('the odds ratio is finite')
    equal(toDecimal(ratio.value).slice(0, 5), '1.832')
    const { lower, upper, corrected } = oddsRatioInterval(placeboAndAspirin)
    deepEqual([lower.toFixed(2), upper.toFixed(2), corrected], ['1.44', '2.33', false])
  })

  it('adds half a person to each cell only when one is empty', () => {
    const { lower, upper, corrected } = oddsRatioInterval(table(0, 5, 7, 34))
    equal(corrected, true)
    const middle = (0.5 * 34.5) / (5.5 * 7.5)
    equal(Math.abs(Math.sqrt(lower * upper) - middle) < 1e-12, true)
    equal(Number.isFinite(upper) && lower > 0, true)
  })

  it('is turned around when the exposure is', () => {
    const count = fc.integer({ min: 1, max: 200 })
    fc.assert(
      fc.property(count, count, count, count, (a, b, c, d) => {
        const straight = oddsRatioInterval(table(a, b, c, d))
        const turned = oddsRatioInterval(table(c, d, a, b))
        equal(Math.abs(straight.lower * turned.upper - 1) < 1e-9, true)
        equal(Math.abs(straight.upper * turned.lower - 1) < 1e-9, true)
      }),
    )
  })
})

import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Fraction, fisherExactTwoSided, fraction, MAX_PEOPLE, type TwoByTwo } from './index.ts'

const table = (exposedIll: number, exposedWell: number, unexposedIll: number, unexposedWell: number): TwoByTwo => ({
  exposedIll,
  exposedWell,
  unexposedIll,
  unexposedWell,
})
const p = (...cells: [number, number, number, number]) => fisherExactTwoSided(table(...cells))

const count = fc.nat(12)
const anyTable = fc.tuple(count, count, count, count)

describe("Fisher's exact test", () => {
  it('gives 34/70 for the lady tasting tea (Fisher 1935; Agresti 1990 p. 61)', () => {
    deepEqual(p(3, 1, 1, 3), { fraction: { numerator: 17n, denominator: 35n }, decimal: '0.485714285714' })
  })

  it('gives what R prints for the convictions of twins (Fisher 1962): 0.0005367', () => {
    equal(Number(p(2, 15, 10, 3).decimal).toPrecision(4), '0.0005367')
    equal(p(2, 15, 10, 3).decimal, p(2, 10, 15, 3).decimal)
  })

  it('gives the textbook value of studying men and women (1, 9, 11, 3): 0.002759', () => {
    equal(Number(p(1, 9, 11, 3).decimal).toPrecision(4), '0.002759')
  })

  it('counts a tie as a tie: the mirrored table of equal groups is as extreme', () => {
    deepEqual(p(0, 5, 5, 0).fraction, { numerator: 1n, denominator: 126n }) // 2 of 252
    deepEqual(p(5, 0, 0, 5).fraction, { numerator: 1n, denominator: 126n })
  })

  it('is 1 when a margin is empty, and when nobody was asked', () => {
    for (const cells of [p(0, 0, 0, 0), p(7, 0, 9, 0), p(0, 0, 4, 9), p(0, 3, 0, 8), p(6, 2, 0, 0)]) {
      deepEqual(cells, { fraction: { numerator: 1n, denominator: 1n }, decimal: '1.00000000000' })
    }
  })

  it('stays exact where doubles give out', () => {
    // one way in C(1000, 500), twice
    let ways = 1n
    for (let k = 1n; k <= 500n; k += 1n) ways = (ways * (500n + k)) / k
    deepEqual(p(500, 0, 0, 500).fraction, fraction(2n, ways))
    equal(p(500, 0, 0, 500).decimal.startsWith(`0.${'0'.repeat(290)}`), true)
  })

  it('does not care for the order of rows, of columns, or which of them is the exposure', () => {
    fc.assert(
      fc.property(anyTable, ([a, b, c, d]) => {
        const expected = p(a, b, c, d).fraction
        deepEqual(p(c, d, a, b).fraction, expected)
        deepEqual(p(b, a, d, c).fraction, expected)
        deepEqual(p(a, c, b, d).fraction, expected)
      }),
    )
  })

  it('equals the sum over all tables of the factorial formula', () => {
    fc.assert(
      fc.property(anyTable, ([a, b, c, d]) => {
        deepEqual(p(a, b, c, d).fraction, byFactorials(a, b, c, d))
      }),
    )
  })

  it('refuses cells that are not counts, and more people than it is bounded for', () => {
    for (const bad of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      throws(() => p(bad, 1, 1, 1), { code: 'table.not-a-count' })
    }
    throws(() => p(MAX_PEOPLE, 1, 0, 0), { code: 'table.too-many-people' })
  })
})

/** P = (a+b)! (c+d)! (a+c)! (b+d)! / (n! a! b! c! d!) of every table with these margins, compared as fractions. */
function byFactorials(a: number, b: number, c: number, d: number): Fraction {
  const factorial = (n: number): bigint => (n <= 1 ? 1n : BigInt(n) * factorial(n - 1))
  const above = factorial(a + b) * factorial(c + d) * factorial(a + c) * factorial(b + d)
  const below = (k: number) =>
    [a + b + c + d, k, a + b - k, a + c - k, d - a + k].reduce((product, n) => product * factorial(n), 1n)
  let sum = { numerator: 0n, denominator: 1n }
  for (let k = 0; k <= a + b; k += 1) {
    if (a + c - k < 0 || d - a + k < 0) continue
    if (below(k) < below(a)) continue // a smaller denominator is a likelier table
    const numerator = sum.numerator * below(k) + above * sum.denominator
    sum = fraction(numerator, sum.denominator * below(k))
  }
  return sum
}

/**
 * Fisher's exact test of a 2x2 table, two-sided, with no rounding before the end.
 *
 * With all margins fixed, the number of exposed ill people k is hypergeometric:
 * P(k) = C(exposed, k) * C(unexposed, ill - k) / C(people, ill). The two-sided p is the sum of P over all tables that are
 * no likelier than the observed one (Fisher 1934; the definition of R's `fisher.test`). R compares floating-point
 * probabilities with a relative tolerance of 1e-7; here the integer numerators are compared, so that a tie is a tie.
 */

import { StatisticsError } from './errors.ts'
import { type Fraction, fraction, toDecimal } from './fraction.ts'
import { MAX_PEOPLE, marginsOf, type TwoByTwo } from './two-by-two.ts'

export interface ExactProbability {
  readonly fraction: Fraction
  /** The same with 12 significant digits, correctly rounded. */
  readonly decimal: string
}

/**
 * Computes the two-sided p of a table.
 *
 * A table with an empty margin (or nobody at all) is the only one possible: p is 1. Cost grows with the smaller margin,
 * times the size of the binomials.
 *
 * @throws StatisticsError `table.not-a-count`, `table.too-many-people`
 * @example // The lady tasting tea: 3 of 4 cups named right.
 * fisherExactTwoSided({ exposedIll: 3, exposedWell: 1, unexposedIll: 1, unexposedWell: 3 }).decimal // '0.485714285714'
 */
export function fisherExactTwoSided(table: TwoByTwo): ExactProbability {
  const { exposed, unexposed, ill, people } = marginsOf(table)
  if (people > MAX_PEOPLE) throw new StatisticsError('table.too-many-people', `more than ${MAX_PEOPLE} people`)
  const fewest = Math.max(0, ill - unexposed)
  const most = Math.min(exposed, ill)

  const weights: bigint[] = []
  let weight = choose(exposed, fewest) * choose(unexposed, ill - fewest)
  for (let k = fewest; k <= most; k += 1) {
    weights.push(weight)
    // C(e, k+1) C(u, i-k-1) from C(e, k) C(u, i-k); the division leaves no rest
    weight = (weight * BigInt(exposed - k) * BigInt(ill - k)) / (BigInt(k + 1) * BigInt(unexposed - ill + k + 1))
  }

  const observed = weights[table.exposedIll - fewest] ?? 0n
  let asExtreme = 0n
  let all = 0n
  for (const each of weights) {
    all += each
    if (each <= observed) asExtreme += each
  }
  const p = fraction(asExtreme, all)
  return { fraction: p, decimal: toDecimal(p) }
}

/** The binomial coefficient "n choose k". */
function choose(n: number, k: number): bigint {
  let result = 1n
  for (let step = 1; step <= Math.min(k, n - k); step += 1) {
    result = (result * BigInt(n - step + 1)) / BigInt(step)
  }
  return result
}

/** The odds ratio of a 2x2 table, exactly, and its confidence interval, approximately. */

import { type Fraction, fraction } from './fraction.ts'
import { marginsOf, type TwoByTwo } from './two-by-two.ts'

export type OddsRatio =
  | { readonly kind: 'finite'; readonly value: Fraction }
  /** Nobody is exposed and ill, or nobody is unexposed and well, and no cell of the denominator is empty. */
  | { readonly kind: 'zero' }
  /** A cell of the denominator is empty, none of the numerator. */
  | { readonly kind: 'infinite' }
  /** 0 / 0: the table says nothing about the odds. */
  | { readonly kind: 'undefined' }

export interface ConfidenceInterval {
  readonly lower: number
  readonly upper: number
  /** True when half a person was added to every cell because one was empty. */
  readonly corrected: boolean
}

/** 97.5 % quantile of the standard normal distribution, nearest double. */
const Z_95 = 1.959963984540054

/**
 * The sample odds ratio (exposedIll * unexposedWell) / (exposedWell * unexposedIll).
 *
 * R's `fisher.test` prints the conditional maximum-likelihood estimate instead, which differs.
 *
 * @throws StatisticsError `table.not-a-count`
 * @example oddsRatio({ exposedIll: 3, exposedWell: 1, unexposedIll: 1, unexposedWell: 3 }) // finite, 9/1
 */
export function oddsRatio(table: TwoByTwo): OddsRatio {
  marginsOf(table)
  const forIllness = BigInt(table.exposedIll) * BigInt(table.unexposedWell)
  const against = BigInt(table.exposedWell) * BigInt(table.unexposedIll)
  if (against === 0n) return { kind: forIllness === 0n ? 'undefined' : 'infinite' }
  if (forIllness === 0n) return { kind: 'zero' }
  return { kind: 'finite', value: fraction(forIllness, against) }
}

/**
 * The 95 % confidence interval of the odds ratio by Woolf's logit method (Woolf 1955, Ann. Hum. Genet. 19, 251-253):
 * exp(ln OR -+ z * sqrt(1/a + 1/b + 1/c + 1/d)).
 *
 * Only if a cell is empty, 0.5 is added to all four first (Haldane 1956, Anscombe 1956). Doubles, not exact: replicas
 * agree because they run the same engine; another engine's `exp` and `log` may differ in the last place.
 *
 * @throws StatisticsError `table.not-a-count`
 * @example const { lower, upper } = oddsRatioInterval(table)
 */
export function oddsRatioInterval(table: TwoByTwo): ConfidenceInterval {
  marginsOf(table)
  const counts = [table.exposedIll, table.exposedWell, table.unexposedIll, table.unexposedWell] as const
  const corrected = counts.includes(0)
  const [a, b, c, d] = corrected ? [counts[0] + 0.5, counts[1] + 0.5, counts[2] + 0.5, counts[3] + 0.5] : counts
  const logOdds = Math.log((a * d) / (b * c))
  const reach = Z_95 * Math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
  return { lower: Math.exp(logOdds - reach), upper: Math.exp(logOdds + reach), corrected }
}

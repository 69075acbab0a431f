/** Exact non-negative fractions and their correctly rounded decimal texts; no floating point anywhere. */

import { StatisticsError } from './errors.ts'

/** A non-negative fraction in lowest terms. */
export interface Fraction {
  readonly numerator: bigint
  readonly denominator: bigint
}

/** Digits that `toDecimal` gives: what a person may read as exact; the fraction itself has no end. */
const SIGNIFICANT_DIGITS = 12

/**
 * Reduces `numerator / denominator` to lowest terms.
 *
 * @throws StatisticsError `fraction.out-of-range` for a negative part or a denominator of zero
 * @example fraction(34n, 70n) // { numerator: 17n, denominator: 35n }
 */
export function fraction(numerator: bigint, denominator: bigint): Fraction {
  if (numerator < 0n || denominator <= 0n) {
    throw new StatisticsError(
      'fraction.out-of-range',
      'a fraction needs a non-negative numerator, a positive denominator',
    )
  }
  const divisor = greatestCommonDivisor(numerator, denominator)
  return { numerator: numerator / divisor, denominator: denominator / divisor }
}

/**
 * Writes a fraction in positional notation with 12 significant digits, rounded half to even from the exact value.
 * Small values keep all 12 digits behind their zeros, so a tiny p never reads as zero.
 *
 * @example toDecimal(fraction(17n, 35n)) // '0.485714285714'
 */
export function toDecimal({ numerator, denominator }: Fraction): string {
  if (numerator === 0n) return '0'
  let magnitude = magnitudeOf(numerator, denominator)
  let digits = roundedQuotient(numerator, denominator, SIGNIFICANT_DIGITS - 1 - magnitude)
  if (digits === 10n ** BigInt(SIGNIFICANT_DIGITS)) {
    digits /= 10n
    magnitude += 1
  }
  const text = digits.toString()
  const places = SIGNIFICANT_DIGITS - 1 - magnitude
  if (places <= 0) return text + '0'.repeat(-places)
  const padded = text.padStart(places + 1, '0')
  return `${padded.slice(0, -places)}.${padded.slice(-places)}`
}

/** The `m` with `10^m <= numerator / denominator < 10^(m+1)`. */
function magnitudeOf(numerator: bigint, denominator: bigint): number {
  const guess = numerator.toString().length - denominator.toString().length
  return isAtLeastPowerOfTen(numerator, denominator, guess) ? guess : guess - 1
}

function isAtLeastPowerOfTen(numerator: bigint, denominator: bigint, power: number): boolean {
  return power >= 0 ? numerator >= denominator * 10n ** BigInt(power) : numerator * 10n ** BigInt(-power) >= denominator
}

/** `numerator / denominator * 10^power` to the nearest integer, ties to even. */
function roundedQuotient(numerator: bigint, denominator: bigint, power: number): bigint {
  const dividend = power >= 0 ? numerator * 10n ** BigInt(power) : numerator
  const divisor = power >= 0 ? denominator : denominator * 10n ** BigInt(-power)
  const quotient = dividend / divisor
  const twiceRest = 2n * (dividend % divisor)
  const roundUp = twiceRest > divisor || (twiceRest === divisor && quotient % 2n === 1n)
  return roundUp ? quotient + 1n : quotient
}

function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  let [a, b] = [left, right]
  while (b !== 0n) [a, b] = [b, a % b]
  return a
}

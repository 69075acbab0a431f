/** Dates as integers, since the realm that judges evidence has no clock and no `Date`. */
import { demand } from './refusal.ts'

export interface CivilTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const
const DAYS_BEFORE_1970 = daysBeforeYear(1970)

/** Seconds since 1970 of a date in the Gregorian calendar, UTC; refuses those that do not exist, leap seconds too. */
export function secondsSince1970({ year, month, day, hour, minute, second }: CivilTime): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const lastDay = (DAYS_OF_MONTH[month - 1] ?? 0) + (isLeap && month === 2 ? 1 : 0)
  demand(day >= 1 && day <= lastDay && hour < 24 && minute < 60 && second < 60, 'malformed')
  const leapDay = isLeap && month > 2 ? 1 : 0
  const days = daysBeforeYear(year) - DAYS_BEFORE_1970 + (DAYS_BEFORE_MONTH[month - 1] as number) + leapDay + day - 1
  return ((days * 24 + hour) * 60 + minute) * 60 + second
}

/**
 * Seconds since 1970 of `YYYY-MM-DDTHH:MM:SS`, followed by `Z`, or by a fraction that is cut off, or by nothing.
 *
 * @example
 * const issuedAt = secondsOfIso(tcbInfo.issueDate)
 */
export function secondsOfIso(text: string): number {
  const rest = text.slice(19)
  demand(rest === 'Z' || rest === '' || /^\.[0-9]{1,9}Z?$/.test(rest), 'malformed')
  for (let i = 0; i < SEPARATORS.length; i++) demand(text[SEPARATED_AT[i] as number] === SEPARATORS[i], 'malformed')
  return secondsSince1970({
    year: digits(text, 0, 4),
    month: digits(text, 5, 7),
    day: digits(text, 8, 10),
    hour: digits(text, 11, 13),
    minute: digits(text, 14, 16),
    second: digits(text, 17, 19),
  })
}

const SEPARATORS = '--T::'
const SEPARATED_AT = [4, 7, 10, 13, 16] as const

function digits(text: string, start: number, end: number): number {
  let value = 0
  for (let at = start; at < end; at++) {
    // NaN behind the end, which is no digit either.
    const digit = text.charCodeAt(at) - 0x30
    demand(digit >= 0 && digit <= 9, 'malformed')
    value = value * 10 + digit
  }
  return value
}

function daysBeforeYear(year: number): number {
  const past = year - 1
  return year * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400)
}

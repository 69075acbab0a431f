import { equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { secondsOfIso } from './calendar.ts'
import { verdictOf } from './refusal.ts'

const FORM = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z?$/

describe('a date as text', () => {
  it('is the second that the platform says, of every date from year 0 to 9999', () => {
    const dates = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(dates, (date) => {
        const text = date.toISOString()
        const seconds = Math.floor(date.getTime() / 1000)
        for (const form of [text, text.slice(0, -1), text.slice(0, 19), `${text.slice(0, 19)}Z`]) {
          equal(secondsOfIso(form), seconds)
        }
      }),
    )
  })

  it('is refused in any other form, and where there is no such day or hour', () => {
    const good = '2024-02-29T23:59:59.123456789Z'
    const changed = fc
      .tuple(fc.nat(good.length), fc.nat(2), fc.string({ unit: 'grapheme', maxLength: 2 }))
      .map(([at, cut, more]) => good.slice(0, at) + more + good.slice(at + cut))
    fc.assert(
      fc.property(changed, (text) => {
        const isDate = FORM.test(text) && new Date(`${text.slice(0, 19)}Z`).toJSON()?.startsWith(text.slice(0, 19))
        equal(verdictOf(() => secondsOfIso(text)).ok, isDate === true, text)
      }),
      { numRuns: 2_000 },
    )
  })
})

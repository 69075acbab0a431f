import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Json, type JsonObject, parseJson } from './json.ts'

const bounds = { bytes: 4096, depth: 8, values: 256 }
const parse = (text: string, limits = bounds) => parseJson(new TextEncoder().encode(text), limits)

/** As `JSON.parse` gives it. */
function plain(value: Json): unknown {
  if (value instanceof Map)
    return Object.fromEntries([...(value as JsonObject)].map(([key, member]) => [key, plain(member)]))
  return Array.isArray(value) ? (value as readonly Json[]).map(plain) : value
}

const ascii = fc.string({ unit: 'binary-ascii', maxLength: 12 })
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeNat(),
    ascii,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      ascii.filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value

describe('signed JSON', () => {
  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1, '\t'), (original, space) => {
        const text = JSON.stringify(original, undefined, space).replaceAll('\x7f', '\\u007f')
        deepEqual(plain(parse(text, { ...bounds, bytes: 65_536 })), JSON.parse(text))
      }),
    )
  })

  it('keeps words apart that have their length and both ends in common', () => {
    const word = fc.stringMatching(/^[ab]{3,5}$/)
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        deepEqual(parse(JSON.stringify(words)), words)
      }),
    )
  })

  it('never accepts what JSON.parse refuses', () => {
    const token = fc.constantFrom(...'{}[],:"\\ 0123456789.-+eEtrufalsn\n\u0000', '"a"', '{"a":', 'true', 'null')
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
        const text = tokens.join('')
        let accepted: Json
        try {
          accepted = parse(text)
        } catch {
          return
        }
        deepEqual(plain(accepted), JSON.parse(text))
      }),
      { numRuns: 2000 },
    )
  })

  it('gives numbers up to the largest safe one exactly', () => {
    for (const number of [0, 2 ** 53 - 1, 2 ** 53 - 43]) equal(parse(`${number}`), number)
  })

  it('keeps names that objects of JavaScript have for themselves', () => {
    equal((parse('{"__proto__":1,"constructor":2}') as JsonObject).get('__proto__'), 1)
  })

  it('is refused where two readers may read two things', () => {
    const texts = [
      '{"a":1,"a":1}',
      '{"a":1,"\\u0061":2}',
      '1.0',
      '1e3',
      '-1',
      '01',
      '9007199254740992',
      '"é"',
      '"a\u0001"',
      '"\\x41"',
      '"\\u004"',
      '[1,]',
      '{"a":1,}',
      '[1 2]',
      '[1]]',
      'True',
      'nul',
      '',
      ' ',
      '"a',
      "{'a':1}",
      '{a:1}',
      '\u00a01',
    ]
    for (const text of texts) throws(() => parse(text), { message: 'malformed' }, text)
  })

  it('is refused over each bound, and read at it', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    parse(nested(8))
    throws(() => parse(nested(9)), { message: 'malformed' })
    parse(`[${'1,'.repeat(254)}1]`)
    throws(() => parse(`[${'1,'.repeat(255)}1]`), { message: 'malformed' })
    parse('1'.padEnd(4096))
    throws(() => parse('1'.padEnd(4097)), { message: 'malformed' })
    throws(() => parse('['.repeat(4096)), { message: 'malformed' })
  })
})

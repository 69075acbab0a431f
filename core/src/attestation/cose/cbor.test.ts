import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { concatBytes, fromHex, toHex } from '../../codec/index.ts'
import { verdictOf } from '../refusal.ts'
import { CborTagged, type CborValue, readCbor } from './cbor.ts'
import { MAX_CBOR_DEPTH, MAX_CBOR_ITEMS, MAX_TOKEN_BYTES } from './limits.ts'
import { encodeCbor } from './test-cbor.ts'

const bytes = (hex: string): Uint8Array => fromHex(`0x${hex.replaceAll(' ', '')}`)
const read = (hex: string): CborValue => readCbor(bytes(hex))
const reasonOf = (input: Uint8Array): string | undefined => {
  const verdict = verdictOf(() => readCbor(input))
  return verdict.ok ? undefined : verdict.reason
}

describe('CBOR: examples of RFC 8949, appendix A', () => {
  const examples: readonly (readonly [hex: string, value: CborValue])[] = [
    ['00', 0],
    ['01', 1],
    ['0a', 10],
    ['17', 23],
    ['18 18', 24],
    ['18 64', 100],
    ['19 03e8', 1000],
    ['1a 000f4240', 1_000_000],
    ['1b 000000e8d4a51000', 1_000_000_000_000],
    ['1b ffffffffffffffff', 18_446_744_073_709_551_615n],
    ['3b ffffffffffffffff', -18_446_744_073_709_551_616n],
    ['20', -1],
    ['29', -10],
    ['38 63', -100],
    ['39 03e7', -1000],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['c1 1a 514b67b0', new CborTagged(1, 1_363_896_240)],
    ['d7 44 01020304', new CborTagged(23, bytes('01020304'))],
    ['d8 18 45 6449455446', new CborTagged(24, bytes('6449455446'))],
    ['40', bytes('')],
    ['44 01020304', bytes('01020304')],
    ['60', ''],
    ['64 49455446', 'IETF'],
    ['62 225c', '"\\'],
    ['62 c3bc', 'ü'],
    ['63 e6b0b4', '水'],
    ['64 f0908591', '𐅑'],
    ['80', []],
    ['83 01 02 03', [1, 2, 3]],
    ['83 01 82 02 03 82 04 05', [1, [2, 3], [4, 5]]],
    [
      '98 19 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12 13 14 15 16 17 1818 1819',
      Array.from({ length: 25 }, (_, i) => i + 1),
    ],
    ['a0', new Map()],
    [
      'a2 01 02 03 04',
      new Map([
        [1, 2],
        [3, 4],
      ]),
    ],
    [
      'a2 6161 01 6162 82 02 03',
      new Map<string, CborValue>([
        ['a', 1],
        ['b', [2, 3]],
      ]),
    ],
    ['82 6161 a1 6162 6163', ['a', new Map([['b', 'c']])]],
    ['5f 42 0102 43 030405 ff', bytes('0102030405')],
    ['7f 65 7374726561 64 6d696e67 ff', 'streaming'],
    ['9f ff', []],
    ['9f 01 82 02 03 9f 04 05 ff ff', [1, [2, 3], [4, 5]]],
    ['83 01 9f 02 03 ff 82 04 05', [1, [2, 3], [4, 5]]],
    [
      'bf 6161 01 6162 9f 02 03 ff ff',
      new Map<string, CborValue>([
        ['a', 1],
        ['b', [2, 3]],
      ]),
    ],
    [
      'bf 63 46756e f5 63 416d74 21 ff',
      new Map<string, CborValue>([
        ['Fun', true],
        ['Amt', -2],
      ]),
    ],
  ]
  for (const [hex, value] of examples) it(`reads ${hex}`, () => deepEqual(read(hex), value))
})

describe('CBOR: what is not well-formed (RFC 8949, appendix F.1)', () => {
  const groups: Readonly<Record<string, string>> = {
    'end of input in a head':
      '18, 19, 1a, 1b, 1901, 1a0102, 1b01020304050607, 38, 58, 78, 98, 9a01ff00, b8, d8, f8, f900, fa0000, fb000000',
    'strings with short data': '41, 61, 5affffffff00, 5bffffffffffffffff010203, 7affffffff00, 7b7fffffffffffffff010203',
    'maps and arrays without all their items': '81, 818181818181818181, 8200, a1, a20102, a100, a2000000',
    'a tag without content': 'c0',
    'indefinite strings without a break': '5f4100, 7f6100',
    'indefinite maps and arrays without a break':
      '9f, 9f0102, bf, bf01020102, 819f, 9f8000, 9f9f9f9f9fffffffff, 9f819f819f9fffffff',
    'reserved additional information':
      '1c, 1d, 1e, 3c, 3d, 3e, 5c, 5d, 5e, 7c, 7d, 7e, 9c, 9d, 9e, bc, bd, be, dc, dd, de, fc, fd, fe',
    'reserved two-byte simple values': 'f800, f801, f818, f81f',
    'chunks of another type': '5f00ff, 5f21ff, 5f6100ff, 5f80ff, 5fa0ff, 5fc000ff, 5fe0ff, 7f4100ff',
    'chunks of indefinite length': '5f5f4100ffff, 7f7f6100ffff',
    'a break outside of everything': 'ff',
    'a break where a length was given': '81ff, 8200ff, a1ff, a1ff00, a100ff, a20000ff, 9f81ff, 9f829f819f9fffffffff',
    'a break between key and value': 'bf00ff, bf000000ff',
    'integers and tags of indefinite length': '1f, 3f, df',
  }
  for (const [name, examples] of Object.entries(groups)) {
    it(`refuses ${name}`, () => {
      for (const hex of examples.split(', ')) equal(reasonOf(bytes(hex)), 'malformed', hex)
    })
  }
})

describe('CBOR: what is well-formed and in no token', () => {
  const groups: Readonly<Record<string, string>> = {
    'heads longer than their number needs':
      '1817, 190018, 1900ff, 1a0000ffff, 1b00000000ffffffff, 3817, 5800, 580141ff, 7801 61, 980100, b8010000, d80101',
    'floats, undefined and other simple values': 'f90000, fa47c35000, fb3ff199999999999a, f7, f0, e0, f820, f8ff',
    'keys that occur twice': 'a200000000, a2616100616100, bf00000001ff, a21818001818 01',
    'keys that are neither integers nor text': 'a14000, a18000, a1f600, a1a000, a1c00000, a11b0020000000000000 00',
    'text that is not UTF-8': '61ff, 62c328, 63eda080, 61c3, 7f61c361bcff, 62c080',
    'bytes after the value': '0000, a000, 40ff',
    'nothing at all': '',
    'lengths and tags that no number holds': '9b0020000000000000, db002000000000000000',
  }
  for (const [name, examples] of Object.entries(groups)) {
    it(`refuses ${name}`, () => {
      for (const hex of examples.split(', ')) equal(reasonOf(bytes(hex)), 'malformed', hex)
    })
  }

  it('takes integers for numbers only as far as those are exact', () => {
    equal(read('1b 001fffffffffffff'), Number.MAX_SAFE_INTEGER)
    equal(read('1b 0020000000000000'), 2n ** 53n)
    equal(read('3b 001ffffffffffffe'), -Number.MAX_SAFE_INTEGER)
    equal(read('3b 001fffffffffffff'), -(2n ** 53n))
  })
})

describe('CBOR: bounds', () => {
  const nested = (levels: number) => concatBytes(new Uint8Array(levels).fill(0x81), Uint8Array.of(0))

  it('stops at a depth, before the stack does', () => {
    equal(reasonOf(nested(MAX_CBOR_DEPTH)), undefined)
    equal(reasonOf(nested(MAX_CBOR_DEPTH + 1)), 'malformed')
    for (const head of [0x81, 0x9f, 0xa1, 0xc1]) equal(reasonOf(new Uint8Array(16_000).fill(head)), 'malformed')
  })

  it('stops at a number of values, chunks among them', () => {
    const list = (items: number) => concatBytes(Uint8Array.of(0x9f), new Uint8Array(items), Uint8Array.of(0xff))
    equal(reasonOf(list(MAX_CBOR_ITEMS - 1)), undefined)
    equal(reasonOf(list(MAX_CBOR_ITEMS)), 'malformed')
    const chunks = concatBytes(Uint8Array.of(0x5f), new Uint8Array(MAX_CBOR_ITEMS).fill(0x40), Uint8Array.of(0xff))
    equal(reasonOf(chunks), 'malformed')
  })

  it('refuses more bytes than a token has', () => {
    equal(reasonOf(encodeCbor(new Uint8Array(MAX_TOKEN_BYTES - 3))), undefined)
    equal(reasonOf(encodeCbor(new Uint8Array(MAX_TOKEN_BYTES - 2))), 'bad-length')
  })

  it('gives copies: what comes out does not change with what went in', () => {
    const input = bytes('42 0102')
    const value = readCbor(input)
    input.fill(0)
    deepEqual(value, bytes('0102'))
  })
})

describe('CBOR: properties', () => {
  const key = fc.oneof(fc.maxSafeInteger(), fc.string({ unit: 'binary', maxLength: 8 }))
  const { value } = fc.letrec<{ value: CborValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', maxDepth: 5 },
      fc.maxSafeInteger(),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom(true, false, null),
      fc.array(tie('value'), { maxLength: 6 }),
      fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map((entries) => new Map(entries)),
      fc.tuple(fc.maxSafeNat(), tie('value')).map(([tag, content]) => new CborTagged(tag, content)),
    ),
  }))

  it('reads what was written', () => {
    fc.assert(fc.property(value, (written) => deepEqual(readCbor(encodeCbor(written)), written)))
  })

  it('refuses every truncation of it', () => {
    fc.assert(
      fc.property(value, (written) => {
        const whole = encodeCbor(written)
        for (let length = 0; length < whole.length; length++) {
          equal(reasonOf(whole.subarray(0, length)), 'malformed', toHex(whole))
        }
      }),
    )
  })

  it('has one reading or a reason for any bytes', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.array(fc.constantFrom(0x9f, 0xbf, 0x5f, 0xff, 0x81, 0xa1, 0x41, 0, 0x1b)).map((list) => Uint8Array.from(list)),
    )
    fc.assert(
      fc.property(hostile, (input) => {
        const reason = reasonOf(input)
        return reason === undefined || reason === 'malformed'
      }),
      { numRuns: 2000 },
    )
  })
})

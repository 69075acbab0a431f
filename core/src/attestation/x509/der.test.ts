/** X.690's one encoding of each value, and what is refused in its place. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { fromHex, toHex } from '../../codec/index.ts'
import { verdictOf } from '../refusal.ts'
import { parseCertificate } from './certificate.ts'
import { parseCrl } from './crl.ts'
import { DerReader, TAG } from './der.ts'
import { ecdsaSignatureFromDer } from './ecdsa-signature.ts'
import { der, derEcdsaSignature, derOid, derSequence, derTime } from './test-pki.ts'

const hex = (text: string) => fromHex(`0x${text.replaceAll(' ', '')}`)
const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

/** What `read` makes of bytes that must end after it; undefined where it refuses. */
function readAll<T>(bytes: Uint8Array, read: (reader: DerReader) => T): T | undefined {
  const verdict = verdictOf(() => {
    const reader = new DerReader(bytes)
    const value = read(reader)
    reader.end()
    return value
  })
  return verdict.ok ? verdict.facts : undefined
}

type Row = readonly [why: string, bytes: string]

function refuses(what: string, read: (reader: DerReader) => unknown, rows: readonly Row[]): void {
  for (const [why, bytes] of rows) {
    it(`refuses ${what}: ${why}`, () => equal(readAll(hex(bytes), read), undefined))
  }
}

describe('lengths', () => {
  refuses('a sequence', (reader) => reader.content(TAG.sequence), [
    ['nothing', ''],
    ['no length', '30'],
    ['indefinite length', '30 80 00 00'],
    ['one length byte where none is needed', '30 81 01 00'],
    ['two length bytes where one does', `30 82 00 80 ${'00'.repeat(128)}`],
    ['three length bytes where two do', `30 83 00 01 00 ${'00'.repeat(256)}`],
    ['four length bytes', '30 84 00 00 00 01 00'],
    ['a reserved length byte', '30 ff 00'],
    ['length bytes that are missing', '30 82 01'],
    ['more content than bytes', '30 02 00'],
    ['16 MiB announced', '30 83 ff ff ff 00'],
    ['bytes after it', '30 00 00'],
    ['another tag', '31 00'],
  ])

  it('reads every length at the borders of its forms', () => {
    for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
      const content = new Uint8Array(length)
      deepEqual(
        readAll(der(TAG.octetString, content), (reader) => reader.octets()),
        content,
        `${length}`,
      )
    }
  })
})

describe('values', () => {
  refuses('an integer', (reader) => reader.integer(), [
    ['empty', '02 00'],
    ['a spare zero', '02 02 00 01'],
    ['a spare ff', '02 02 ff 80'],
  ])
  refuses('a natural number', (reader) => reader.natural(), [['negative', '02 01 80']])
  refuses('a small number', (reader) => reader.smallNatural(), [['33 bits', '02 05 01 00 00 00 00']])
  refuses('a boolean', (reader) => reader.boolean(), [
    ['empty', '01 00'],
    ['neither 00 nor ff', '01 01 01'],
    ['two bytes', '01 02 ff ff'],
  ])
  refuses('a bit string of bytes', (reader) => reader.bitOctets(), [
    ['empty', '03 00'],
    ['unused bits', '03 02 01 00'],
  ])
  refuses('named bits', (reader) => reader.namedBits(), [
    ['empty', '03 00'],
    ['unused bits that are set', '03 02 04 08'],
    ['eight unused bits', '03 02 08 00'],
    ['unused bits of nothing', '03 01 01'],
    ['more than two bytes', '03 04 00 01 01 01'],
  ])
  refuses('an object identifier', (reader) => reader.oid(), [
    ['empty', '06 00'],
    ['an arc that starts with 80', '06 03 55 80 01'],
    ['an arc without end', '06 02 55 81'],
    ['an arc above 2^32', '06 07 55 ff ff ff ff ff 7f'],
    ['33 bytes', `06 21 ${'01'.repeat(33)}`],
  ])

  it('reads numbers, bits and identifiers', () => {
    deepEqual(
      readAll(hex('02 02 00 80'), (reader) => reader.natural()),
      Uint8Array.of(0x80),
    )
    equal(
      readAll(hex('02 05 00 ff ff ff ff'), (reader) => reader.smallNatural()),
      0xffff_ffff,
    )
    equal(
      readAll(hex('03 02 01 06'), (reader) => reader.namedBits()),
      (1 << 5) | (1 << 6),
    )
    equal(
      readAll(hex('03 03 07 00 80'), (reader) => reader.namedBits()),
      1 << 8,
    )
    for (const oid of ['0.9.2342', '1.2.840.113741.1.13.1', '1.3.6.1.4.1.3704.1.3.1', '2.5.29.19', '2.999.1']) {
      equal(
        readAll(derOid(oid), (reader) => reader.oid()),
        oid,
      )
    }
  })
})

describe('dates', () => {
  const time = (tag: number, text: string) => readAll(der(tag, ascii(text)), (reader) => reader.time())

  it('agree with the calendar of the platform', () => {
    const second = fc.integer({ min: -62_135_596_800, max: 253_402_300_799 })
    fc.assert(fc.property(second, (at) => readAll(derTime(at), (reader) => reader.time()) === at))
  })

  it('of two digits are those of 1950 to 2049', () => {
    equal(time(TAG.utcTime, '500101000000Z'), Date.UTC(1950, 0) / 1000)
    equal(time(TAG.utcTime, '491231235959Z'), Date.UTC(2049, 11, 31, 23, 59, 59) / 1000)
  })

  for (const text of [
    '20230229000000Z',
    '19000229000000Z',
    '20230001000000Z',
    '20231301000000Z',
    '20230100000000Z',
    '20230431000000Z',
    '20230101240000Z',
    '20230101006000Z',
    '20230101000060Z',
    '20230101000000',
    '20230101000000+0000',
    '20230101000000.5Z',
    '202301010000Z',
    '2023010100000 Z',
  ]) {
    it(`refuses ${text}`, () => equal(time(TAG.generalizedTime, text), undefined))
  }
})

describe('ECDSA signatures', () => {
  it('have one encoding', () => {
    const raw = fc.uint8Array({ minLength: 64, maxLength: 64 })
    fc.assert(
      fc.property(
        raw,
        (bytes) => toHex(ecdsaSignatureFromDer(derEcdsaSignature(bytes), 32) ?? bytes.subarray(1)) === toHex(bytes),
      ),
    )
  })

  for (const [why, bytes] of [
    ['a spare zero', '30 07 02 02 00 01 02 01 01'],
    ['a negative number', '30 06 02 01 80 02 01 01'],
    ['one number', '30 03 02 01 01'],
    ['three numbers', '30 09 02 01 01 02 01 01 02 01 01'],
    ['bytes after it', '30 06 02 01 01 02 01 01 00'],
    ['33 bytes', `30 26 02 21 01${'00'.repeat(32)} 02 01 01`],
  ] as const) {
    it(`refuses ${why}`, () => equal(ecdsaSignatureFromDer(hex(bytes), 32), undefined))
  }
})

describe('nesting', () => {
  it('costs nothing, however deep', () => {
    let nest = Uint8Array.of()
    for (let depth = 0; depth < 2000; depth++) nest = Uint8Array.from(derSequence(nest))
    for (const parse of [parseCertificate, parseCrl]) {
      deepEqual(
        verdictOf(() => parse(nest)),
        { ok: false, reason: 'malformed' },
      )
    }
  })

  it('is refused with any other bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 300 })
    fc.assert(
      fc.property(bytes, (any) => [parseCertificate, parseCrl].every((parse) => !verdictOf(() => parse(any)).ok)),
    )
    ok(!verdictOf(() => parseCertificate(new Uint8Array(8193))).ok)
    ok(!verdictOf(() => parseCrl(new Uint8Array(1_048_577))).ok)
  })
})

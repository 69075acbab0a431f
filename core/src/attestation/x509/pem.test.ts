import { deepEqual } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { base64 } from '@scure/base'
import fc from 'fast-check'
import { utf8Encode } from '../../codec/index.ts'
import { verdictOf } from '../refusal.ts'
import type { Verdict } from '../verdict.ts'
import { derFromPem } from './pem.ts'

const bytes = Uint8Array.from({ length: 100 }, (_, i) => i)
const text = base64.encode(bytes)
const block = (body = text, label = 'CERTIFICATE', end = label) =>
  `-----BEGIN ${label}-----\n${body}\n-----END ${end}-----\n`

describe('PEM', () => {
  it('is read whatever its lines and whether it is text or bytes', () => {
    const folded = text.replace(/(.{64})/g, '$1\r\n')
    for (const pem of [block(), block(folded), `\n ${block()}\t\n`, `${block()}\0`, block().trimEnd()]) {
      deepEqual(derFromPem(pem), [bytes])
      deepEqual(derFromPem(utf8Encode(pem)), [bytes])
    }
    deepEqual(derFromPem(''), [])
    deepEqual(derFromPem(block() + block(folded)), [bytes, bytes])
    deepEqual(derFromPem(block().repeat(8)).length, 8)
  })

  it('has the base64 that another library accepts, between its line ends', () => {
    const piece = fc.oneof(
      fc.constantFrom('A', 'B', 'Q', '/', '+', '=', '==', '\n', '\r\n', '-', '_', ' ', '\0', '\u0141'),
      fc.uint8Array({ maxLength: 7 }).map((each) => base64.encode(each)),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const body = pieces.join('')
        const ours = verdictOf(() => derFromPem(block(body)))
        deepEqual(ours, decodedElsewhere(body.replace(/[\r\n]/g, '')))
      }),
      { numRuns: 2_000 },
    )
  })

  for (const [why, pem] of [
    ['other words around it', `Subject: CN=CA\n${block()}`],
    ['anything behind it', `${block()}x`],
    ['bytes behind the zero that ends it', `${block()}\0\n`],
    ['another label at its end', block(text, 'CERTIFICATE', 'X509 CRL')],
    ['no end', '-----BEGIN CERTIFICATE-----\nAAAA\n'],
    ['headers', block(`Proc-Type: 4,ENCRYPTED\n\n${text}`)],
    ['a space inside', block(`AA AA`)],
    ['missing padding', block('AAA')],
    ['bits that nobody needs', block('AAB=')],
    ['padding inside', block('AA==AAAA')],
    ['characters that are not base64', block('AA-_')],
    ['nine blocks', block().repeat(9)],
    ['more characters than any chain has', ' '.repeat(65_537)],
  ] as const) {
    it(`is refused with ${why}`, () => {
      for (const given of [pem, utf8Encode(pem)]) {
        deepEqual(
          verdictOf(() => derFromPem(given)),
          { ok: false, reason: 'malformed' },
        )
      }
    })
  }
})

/** What a library that throws says of the same text, as a verdict. */
function decodedElsewhere(body: string): Verdict<readonly Uint8Array[]> {
  try {
    return { ok: true, facts: [base64.decode(body)] }
  } catch {
    return { ok: false, reason: 'malformed' }
  }
}

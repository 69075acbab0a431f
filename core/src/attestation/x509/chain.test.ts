import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pureSignatures as signatures } from '../pure-signatures.ts'
import { parseCertificate } from './certificate.ts'
import { checkChain } from './chain.ts'
import { checkCrl } from './check-crl.ts'
import { parseCrl } from './crl.ts'
import { testAuthority } from './test-pki.ts'

const now = 1_700_000_000
const root = testAuthority()
const ca = root.issue({ subject: 'CA', isCa: true, curve: 'P-384', pathLength: 0 })
const leaf = ca.issue({ subject: 'leaf', serial: 7 })
const rules = { now, pins: [root.pin], signatures }
const chain = (...parts: { certificate: Uint8Array }[]) => parts.map((part) => parseCertificate(part.certificate))

describe('a chain', () => {
  it('is accepted up to a pinned root', () => {
    equal(checkChain(chain(leaf, ca, root), rules), undefined)
  })

  it('is refused under another root', () => {
    equal(checkChain(chain(leaf, ca, root), { ...rules, pins: [] }), 'untrusted-root')
  })
})

describe('a revocation list', () => {
  it('names the serials that its issuer revoked', () => {
    const crl = parseCrl(ca.crl({ revoked: [7, 300] }))
    const [certificate, issuer] = chain(leaf, ca)
    if (certificate === undefined || issuer === undefined) throw new Error('unreachable')
    equal(checkCrl(crl, issuer, rules), undefined)
    deepEqual([crl.has(certificate.serial), crl.has(issuer.serial)], [true, false])
  })
})

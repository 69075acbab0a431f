/** Revocation lists: whose they are, of when, and what they must not claim. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { nodeSignatures as signatures } from '../node/node-signatures.ts'
import { caseFolders, skip } from '../node/test-vectors.ts'
import { verdictOf } from '../refusal.ts'
import type { Certificate } from './certificate.ts'
import { parseCertificate } from './certificate.ts'
import { spkiHash } from './chain.ts'
import { checkCrl } from './check-crl.ts'
import { parseCrl } from './crl.ts'
import { chainOf } from './test-chains.ts'
import { type CrlOptions, testAuthority } from './test-pki.ts'
import { verifyCertificates } from './verify-certificates.ts'

const NOW = 1_700_000_000
const root = testAuthority()
const ca = root.issue({ subject: 'CA', isCa: true, serial: 3 })
const leaf = ca.issue({ subject: 'leaf', serial: 300 })
const [leafCertificate, caCertificate] = chainOf(leaf, ca, root) as [Certificate, Certificate, Certificate]

const checkAt = (options: CrlOptions, now = NOW, by = ca) =>
  checkCrl(parseCrl(by.crl(options)), caCertificate, { now, signatures })

describe('a revocation list', () => {
  it('names the serials that its issuer revoked, and no others', () => {
    const crl = parseCrl(ca.crl({ revoked: [1, 300, 65_536] }))
    equal(checkAt({ revoked: [1, 300, 65_536] }), undefined)
    deepEqual([crl.has(leafCertificate.serial), crl.has(caCertificate.serial)], [true, false])
    ok(!parseCrl(ca.crl()).has(leafCertificate.serial))
  })

  it('counts from thisUpdate to nextUpdate, ends included', () => {
    const dates = { thisUpdate: NOW, nextUpdate: NOW + 1 }
    const results = [NOW - 1, NOW, NOW + 1, NOW + 2].map((now) => checkAt(dates, now))
    equal(results.join(), 'expired,,,expired')
  })

  it('is refused from anybody but the issuer', () => {
    equal(checkAt({}, NOW, root), 'bad-signature/issuer')
    equal(checkAt({ issuer: 'CA' }, NOW, root), 'bad-signature/issuer')
    equal(checkAt({ issuer: 'CB' }), 'bad-signature/issuer')
    const mute = root.issue({ subject: 'CA', isCa: true, keyUsage: 1 << 5 })
    const [mayNot] = chainOf(mute) as [Certificate]
    equal(checkCrl(parseCrl(mute.crl()), mayNot, { now: NOW, signatures }), 'bad-signature/issuer')
    const [noCa] = chainOf(leaf) as [Certificate]
    equal(checkCrl(parseCrl(leaf.crl()), noCa, { now: NOW, signatures }), 'bad-signature/issuer')
  })

  it('is refused with a critical extension: it may be a part, or about certificates of others', () => {
    const extension = { oid: '2.5.29.28', content: Uint8Array.of(0x30, 0) }
    ok(parseCrl(ca.crl({ extensions: [extension] })))
    const verdict = verdictOf(() => parseCrl(ca.crl({ extensions: [{ ...extension, isCritical: true }] })))
    ok(!verdict.ok)
  })

  it('has no truth left after any change of any byte, and at every truncation', () => {
    const list = ca.crl({ revoked: [300, 301] })
    const isGood = (der: Uint8Array) => {
      const verdict = verdictOf(() => checkCrl(parseCrl(der), caCertificate, { now: NOW, signatures }))
      return verdict.ok && verdict.facts === undefined
    }
    ok(isGood(list))
    for (let at = 0; at < list.length; at++) {
      ok(!isGood(list.with(at, (list[at] as number) ^ 1)), `byte ${at}`)
      ok(!isGood(list.subarray(0, at)), `length ${at}`)
    }
  })
})

describe('certificates with the lists of their issuers', () => {
  const chain = [leaf, ca, root].map(({ certificate }) => certificate)
  const rules = { now: NOW, pins: [root.pin], signatures }
  const reasonOf = (lists: readonly Uint8Array[]) => {
    const verdict = verifyCertificates(chain, lists, rules)
    return verdict.ok ? 'accepted' : verdict.reason
  }

  it('are accepted while nobody revoked them', () => equal(reasonOf([root.crl(), ca.crl()]), 'accepted'))

  for (const [why, lists, reason] of [
    ['a leaf that is revoked', [root.crl(), ca.crl({ revoked: [300] })], 'leaf-revoked'],
    ['an intermediate that is revoked', [ca.crl(), root.crl({ revoked: [3] })], 'cert-revoked'],
    ['no list of the root', [ca.crl()], 'crl-missing'],
    ['no list of the CA', [root.crl()], 'crl-missing'],
    ['a list under the name of the CA by somebody else', [root.crl(), root.crl({ issuer: 'CA' })], 'crl-signature'],
    ['an old list', [root.crl(), ca.crl({ nextUpdate: NOW - 1 })], 'crl-expired'],
    ['garbage', [root.crl(), Uint8Array.of(1, 2, 3)], 'malformed'],
  ] as const) {
    it(`are refused: ${why}`, () => equal(reasonOf(lists), reason))
  }

  it('are refused where NIST says so (PKITS 4.4.3)', { skip }, () => {
    const [folder = ''] = caseFolders('x509-crl')
    const read = (name: string) => new Uint8Array(readFileSync(join(folder, name)))
    const certificates = ['leaf.der', 'intermediate.der', 'root.der'].map(read)
    const pins = [spkiHash(parseCertificate(read('root.der')))]
    const at = { now: Date.UTC(2024, 0) / 1000, pins, signatures }
    deepEqual(verifyCertificates(certificates, [read('crl0.der'), read('crl1.der')], at), {
      ok: false,
      reason: 'leaf-revoked',
    })
    ok(verifyCertificates(certificates.slice(1), [read('crl0.der'), read('crl1.der')], at).ok)
  })
})

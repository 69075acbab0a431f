/** RFC 5280, section 6.1, on chains that are wrong in one thing. */
import { equal, ok, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nodeSignatures as signatures } from '../node/node-signatures.ts'
import { verdictOf } from '../refusal.ts'
import { parseCertificate } from './certificate.ts'
import { type ChainFailure, checkChain } from './chain.ts'
import { isSignedBy } from './signed-by.ts'
import { chainOf } from './test-chains.ts'
import { type IssueOptions, type TestAuthority, testAuthority } from './test-pki.ts'

const NOW = 1_700_000_000
const DAY = 86_400
const root = testAuthority({ curve: 'P-384' })
const ca = root.issue({ subject: 'CA', isCa: true, curve: 'P-256', pathLength: 0 })
const leaf = ca.issue({ subject: 'leaf' })

function check(parts: readonly TestAuthority[], now = NOW, pins = [root.pin]): ChainFailure | undefined {
  return checkChain(chainOf(...parts), { now, pins, signatures })
}

/** A chain of three with another intermediate. */
function under(options: Partial<IssueOptions>): readonly TestAuthority[] {
  const other = root.issue({ subject: 'CA', isCa: true, ...options })
  return [other.issue({ subject: 'leaf' }), other, root]
}

describe('a chain to a pinned root', () => {
  it('is accepted with one, two and six intermediates', () => {
    equal(check([leaf, ca, root]), undefined)
    equal(check([ca, root]), undefined)
    const chain = [root]
    for (let i = 0; i < 6; i++) chain.unshift((chain[0] ?? root).issue({ subject: `CA ${i}`, isCa: true }))
    equal(check([(chain[0] ?? root).issue({ subject: 'leaf' }), ...chain]), undefined)
    chain.unshift((chain[0] ?? root).issue({ subject: 'one more', isCa: true }))
    equal(check([(chain[0] ?? root).issue({ subject: 'leaf' }), ...chain]), 'cert-chain')
  })

  it('is accepted without key usage', () => {
    const bare = under({ keyUsage: (1 << 5) | 1 })
    equal(check(bare), undefined)
  })

  const impostor = testAuthority({ curve: 'P-384', seed: 'somebody else' })
  const impostorCa = impostor.issue({ subject: 'CA', isCa: true })
  const rows: readonly (readonly [string, readonly TestAuthority[], ChainFailure])[] = [
    ['nothing', [], 'cert-chain'],
    ['the root alone', [root], 'cert-chain'],
    ['a chain without its root', [leaf, ca], 'untrusted-root'],
    [
      'a root of the same name and another key',
      [impostorCa.issue({ subject: 'leaf' }), impostorCa, impostor],
      'untrusted-root',
    ],
    [
      'an impostor chain with the real root at its end',
      [impostorCa.issue({ subject: 'leaf' }), impostorCa, root],
      'cert-chain',
    ],
    ['a wrong order', [ca, leaf, root], 'cert-chain'],
    ['a missing link', [leaf, root], 'cert-chain'],
    ['a repeated link', [leaf, ca, ca, root], 'cert-chain'],
    ['an intermediate that is no CA', under({ isCa: false }), 'cert-chain'],
    ['an intermediate that may not sign certificates', under({ keyUsage: 1 << 6 }), 'cert-chain'],
    ['a name that differs', under({ subject: 'CA' }).with(0, under({ subject: 'ca' })[0] ?? leaf), 'cert-chain'],
    ['a leaf that names another issuer', [ca.issue({ subject: 'leaf', issuer: 'CB' }), ca, root], 'cert-chain'],
    [
      'a leaf by a key that is not the CA',
      [ca.issue({ subject: 'leaf' }), root.issue({ subject: 'CA', isCa: true, seed: 'other' }), root],
      'cert-chain',
    ],
  ]
  for (const [why, parts, failure] of rows) it(`is refused: ${why}`, () => equal(check(parts), failure))

  it('is refused when a CA of path length 0 certified another CA', () => {
    const second = ca.issue({ subject: 'second CA', isCa: true })
    equal(check([second, ca, root]), undefined)
    equal(check([second.issue({ subject: 'leaf' }), second, ca, root]), 'cert-chain')
  })

  it('is refused when the root limits the length of its paths', () => {
    const short = testAuthority({ subject: 'short', pathLength: 0 })
    const below = short.issue({ subject: 'CA', isCa: true })
    equal(check([below, short], NOW, [short.pin]), undefined)
    equal(check([below.issue({ subject: 'leaf' }), below, short], NOW, [short.pin]), 'cert-chain')
  })

  it('holds from the first to the last second of every certificate, ends included', () => {
    const dates = { notBefore: NOW - DAY, notAfter: NOW + DAY }
    const inner = { notBefore: NOW, notAfter: NOW + 1 }
    for (const short of [0, 1, 2]) {
      const at = (i: number) => (i === short ? inner : dates)
      const top = testAuthority(at(2))
      const middle = top.issue({ subject: 'CA', isCa: true, ...at(1) })
      const chain = [middle.issue({ subject: 'leaf', ...at(0) }), middle, top]
      const results = [NOW - 1, NOW, NOW + 1, NOW + 2].map((now) => check(chain, now, [top.pin]))
      equal(results.join(), 'cert-expired,,,cert-expired', `certificate ${short}`)
    }
  })

  it('is refused when the root shows other dates than its key has signed', () => {
    const longer = testAuthority({ curve: 'P-384', seed: 'Test Root CA', notAfter: NOW + 9999 * DAY })
    const forged = Uint8Array.from(longer.certificate)
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    equal(check([leaf, ca, longer]), undefined)
    equal(check([leaf, ca, { ...longer, certificate: forged }]), 'cert-chain')
  })
})

describe('a certificate', () => {
  it('is refused with a critical extension that nobody here understands', () => {
    const extension = { oid: '2.5.29.30', content: Uint8Array.of(0x30, 0) }
    ok(parseCertificate(ca.issue({ subject: 'leaf', extensions: [extension] }).certificate))
    const { certificate } = ca.issue({ subject: 'leaf', extensions: [{ ...extension, isCritical: true }] })
    const verdict = verdictOf(() => parseCertificate(certificate))
    equal(verdict.ok ? '' : verdict.reason, 'cert-chain')
  })

  it('is refused with an extension twice, or with too many', () => {
    const named = (n: number) => ({ oid: `1.2.3.${n}`, content: Uint8Array.of() })
    throws(() => parseCertificate(ca.issue({ subject: 'leaf', extensions: [named(1), named(1)] }).certificate))
    const many = (count: number) => Array.from({ length: count }, (_, n) => named(n))
    ok(parseCertificate(ca.issue({ subject: 'leaf', extensions: many(31) }).certificate))
    throws(() => parseCertificate(ca.issue({ subject: 'leaf', extensions: many(32) }).certificate))
  })

  it('has no truth left after any change of any byte, and at every truncation', () => {
    const [issuer] = chainOf(ca)
    const isGood = (der: Uint8Array) => {
      const verdict = verdictOf(() => parseCertificate(der))
      return verdict.ok && issuer !== undefined && isSignedBy(verdict.facts, issuer, signatures)
    }
    const { certificate } = leaf
    ok(isGood(certificate))
    for (let at = 0; at < certificate.length; at++) {
      ok(!isGood(certificate.with(at, (certificate[at] as number) ^ 1)), `byte ${at}`)
      ok(!isGood(certificate.subarray(0, at)), `length ${at}`)
    }
  })
})

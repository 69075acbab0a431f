/** Reports of Intel's retired service: genuine ones at their own date, and everything that was changed in them. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, it } from 'node:test'
import { toHex, utf8Encode } from '../../codec/index.ts'
import type { AttestationEvidence } from '../evidence.ts'
import { nodeSignatures as signatures } from '../node/node-signatures.ts'
import { attestationCases, isExpectedReason, skip } from '../node/test-vectors.ts'
import { productionRoots as roots } from '../production-roots.ts'
import { testAuthority } from '../x509/test-pki.ts'
import { verifyIas } from './verify-ias.ts'

type IasEvidence = Extract<AttestationEvidence, { type: 'Ias' }>
const hexOf = (bytes: Uint8Array) => toHex(bytes).slice(2)
const cases = attestationCases('intel-ias').map((each) => ({ ...each, evidence: each.evidence as IasEvidence }))

describe('reports of the attestation service', { skip }, () => {
  for (const { id, evidence, now, expect } of cases) {
    it(id, () => {
      const verdict = verifyIas(evidence, { now, roots, signatures })
      if (!verdict.ok) return ok(!expect.ok && isExpectedReason(expect, verdict.reason), verdict.reason)
      const { facts } = verdict
      ok(expect.ok ? !facts.debug : facts.debug && isExpectedReason(expect, 'debug'))
      const { mrEnclave, mrSigner, reportData, ...numbers } = facts.measurements
      deepEqual(
        {
          tcbStatus: facts.quoteStatus,
          advisoryIDs: facts.advisoryIds,
          reportVersion: facts.reportVersion,
          timestamp: facts.timestamp,
          debug: facts.debug,
          nonce: facts.nonce ?? null,
          measurements: {
            mrEnclave: hexOf(mrEnclave),
            mrSigner: hexOf(mrSigner),
            ...numbers,
            reportData: hexOf(reportData),
          },
        },
        Object.fromEntries(Object.entries(expect).filter(([name]) => !['ok', 'reason', 'problems'].includes(name))),
      )
      equal(facts.measurement, facts.measurements.mrEnclave)
    })
  }

  const genuine = cases.find(({ expect }) => expect.ok)

  it('are refused after any change of a bit, and at every truncation', () => {
    ok(genuine)
    const { evidence, now } = genuine
    const reasonOf = (changed: Partial<IasEvidence>) => {
      const verdict = verifyIas({ ...evidence, ...changed }, { now, roots, signatures })
      return verdict.ok ? 'accepted' : verdict.reason
    }
    const { report, signature } = evidence
    for (let at = 0; at < report.length; at++) {
      equal(reasonOf({ report: report.with(at, (report[at] as number) ^ 1) }), 'signature')
      equal(reasonOf({ report: report.subarray(0, at) }), 'signature')
    }
    for (let at = 0; at < signature.length; at += 5) {
      equal(reasonOf({ signature: signature.with(at, (signature[at] as number) ^ 1) }), 'signature')
      equal(reasonOf({ signature: signature.subarray(0, at) }), 'signature')
    }
    const [signer, root] = evidence.certificates as [Uint8Array, Uint8Array]
    for (const [certificates, reason] of [
      [[], 'cert-chain'],
      [[signer], 'cert-chain'],
      [[root], 'cert-chain'],
      [[root, root], 'cert-chain'],
      [[root, signer], 'untrusted-root'],
      [new Array(9).fill(root), 'cert-chain'],
    ] as const) {
      equal(reasonOf({ certificates }), reason)
    }
    equal(reasonOf({ report: new Uint8Array(8_193) }), 'malformed')
  })

  it('hold while the signing certificate does, and under no other root', () => {
    ok(genuine)
    const first = Date.UTC(2016, 10, 22, 9, 36, 58) / 1000
    const last = Date.UTC(2026, 10, 20, 9, 36, 58) / 1000
    const accepted = (now: number) => verifyIas(genuine.evidence, { now, roots, signatures }).ok
    deepEqual([first - 1, first, last, last + 1].map(accepted), [false, true, true, false])
    const verdict = verifyIas(genuine.evidence, { now: last, roots: { ...roots, intelIas: roots.intel }, signatures })
    deepEqual(verdict, { ok: false, reason: 'untrusted-root' })
  })
})

describe('reports of a service of our own', () => {
  const root = testAuthority()
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))
  const signer = root.certify(spki, { subject: 'Report Signing' })
  const context = { now: 1_700_000_000, signatures, roots: { ...roots, intelIas: [root.pin] } }
  const body = new Uint8Array(432).fill(1)
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  const good = {
    version: 4,
    timestamp: '2023-11-14T22:13:20.123456',
    isvEnclaveQuoteStatus: 'OK',
    isvEnclaveQuoteBody: base64(body.with(96, 5)),
    advisoryIDs: ['INTEL-SA-00334'],
  }

  function verifyText(text: string, certificates: readonly Uint8Array[] = [signer, root.certificate]) {
    const report = utf8Encode(text)
    const signature = new Uint8Array(sign('sha256', report, privateKey))
    return verifyIas({ report, signature, certificates }, context)
  }
  const reasonOf = (changed: object) => {
    const verdict = verifyText(JSON.stringify({ ...good, ...changed }))
    return verdict.ok ? 'accepted' : verdict.reason
  }

  it('are accepted without pseudonym, nonce and advisories, all as one machine', () => {
    const [one, other] = ['1', '2'].map((id) => verifyText(JSON.stringify({ ...good, id, advisoryIDs: undefined })))
    ok(one?.ok && other?.ok)
    deepEqual(one.facts.platform, other.facts.platform)
    deepEqual([one.facts.debug, one.facts.nonce, one.facts.advisoryIds], [false, undefined, []])
    const linked = verifyText(JSON.stringify({ ...good, epidPseudonym: base64(Uint8Array.of(1)) }))
    ok(linked.ok && toHex(linked.facts.platform) !== toHex(one.facts.platform))
  })

  for (const status of ['SIGNATURE_INVALID', 'SIGNATURE_REVOKED', 'GROUP_REVOKED', 'KEY_REVOKED', 'ok', '']) {
    it(`are refused with the status ${status}`, () =>
      equal(reasonOf({ isvEnclaveQuoteStatus: status }), 'quote-status'))
  }

  for (const [changed, reason] of [
    [{ version: 2 }, 'unsupported-version'],
    [{ version: 5 }, 'unsupported-version'],
    [{ version: '4' }, 'malformed'],
    [{ timestamp: '2023-11-14' }, 'malformed'],
    [{ timestamp: '2023-02-29T00:00:00' }, 'malformed'],
    [{ isvEnclaveQuoteBody: base64(body.subarray(1)) }, 'bad-length'],
    [{ isvEnclaveQuoteBody: '?' }, 'malformed'],
    [{ isvEnclaveQuoteBody: 1 }, 'malformed'],
    [{ epidPseudonym: '?' }, 'malformed'],
    [{ nonce: 7 }, 'malformed'],
    [{ advisoryIDs: 'INTEL-SA-00334' }, 'malformed'],
    [{ advisoryIDs: [[]] }, 'malformed'],
    [{ advisoryIDs: new Array(200).fill('INTEL-SA-00334') }, 'malformed'],
  ] as const) {
    it(`are refused with ${JSON.stringify(changed).slice(0, 60)}`, () => equal(reasonOf(changed), reason))
  }

  it('are refused unless they are one object, however they are signed', () => {
    for (const text of ['', '{}', '[]', 'null', '{"version":4,"version":4}', `${JSON.stringify(good)}x`]) {
      deepEqual(verifyText(text), { ok: false, reason: 'malformed' })
    }
  })

  it('are refused from a signer that is a CA, or has no RSA key', () => {
    const ca = root.certify(spki, { subject: 'Report Signing', isCa: true })
    const ec = root.issue({ subject: 'Report Signing' }).certificate
    for (const wrong of [ca, ec]) {
      deepEqual(verifyText(JSON.stringify(good), [wrong, root.certificate]), { ok: false, reason: 'cert-chain' })
    }
  })
})

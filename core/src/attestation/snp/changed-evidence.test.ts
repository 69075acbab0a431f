/**
 * Real evidence with one thing changed: every such change has to be refused, and none may throw. Every byte of one report,
 * samples of the others.
 */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromHex } from '../../codec/index.ts'
import { nodeSignatures as signatures } from '../node/node-signatures.ts'
import { type SnpCase, snpCase, verifyCase } from '../node/test-snp-cases.ts'
import { attestationCases, skip } from '../node/test-vectors.ts'
import { productionRoots as roots } from '../production-roots.ts'
import { parseCertificate } from '../x509/certificate.ts'
import { parseCrl } from '../x509/crl.ts'
import { checkSnpCollateral } from './check-collateral.ts'
import { verifySnpReport } from './verify-report.ts'

const genuine = attestationCases('amd-sev-snp')
  .map(snpCase)
  .filter(({ expect }) => expect.ok)
const withList = genuine.filter(({ collateral }) => collateral.crl !== undefined)

const flipped = (bytes: Uint8Array, at: number, bit: number): Uint8Array => {
  const changed = bytes.slice()
  changed[at] = (changed[at] as number) ^ (1 << bit)
  return changed
}

describe('changed SEV-SNP evidence', { skip }, () => {
  for (const each of genuine) {
    it(`${each.id}: is refused with a byte of the report changed, and cut short`, () => {
      const { evidence, now } = each
      const context = { now, roots, signatures }
      const checked = checkSnpCollateral(each.collateral, context, { crls: 'optional' })
      ok(checked.ok)
      const by = (report: Uint8Array) => verifySnpReport({ ...evidence, report }, checked.facts, context)
      ok(by(evidence.report).ok)
      const step = each.id === 'routex-turin-v5' ? 1 : 17
      for (let at = 0; at < evidence.report.length; at += step) {
        equal(by(flipped(evidence.report, at, at % 8)).ok, false, `byte ${at}`)
        deepEqual(by(evidence.report.subarray(0, at)), { ok: false, reason: 'bad-length' })
      }
    })

    it(`${each.id}: is refused with a byte of a certificate or of the list changed, and cut short`, () => {
      const { evidence, collateral } = each
      const { ask, ark, crl } = collateral
      const parts: readonly (readonly [Uint8Array, (part: Uint8Array) => Partial<SnpCase>])[] = [
        [evidence.vek, (vek) => ({ evidence: { ...evidence, vek } })],
        [ask, (part) => ({ collateral: { ...collateral, ask: part } })],
        [ark, (part) => ({ collateral: { ...collateral, ark: part } })],
        ...(crl === undefined
          ? []
          : [[crl, (part: Uint8Array) => ({ collateral: { ...collateral, crl: part } })] as const]),
      ]
      for (const [part, change] of parts) {
        for (let at = 0; at < part.length; at += 41) {
          ok(!verifyCase({ ...each, ...change(flipped(part, at, at % 8)) }).ok, `byte ${at}`)
          ok(!verifyCase({ ...each, ...change(part.subarray(0, at)) }).ok, `length ${at}`)
        }
      }
    })
  }

  it("is refused with another case's key, authorities, root or list", () => {
    for (const one of genuine) {
      for (const other of genuine) {
        const isOther = (pick: (each: SnpCase) => Uint8Array | undefined) =>
          pick(other) !== undefined && Buffer.compare(pick(one) ?? Buffer.of(), pick(other) as Uint8Array) !== 0
        const { evidence, collateral } = one
        if (isOther((each) => each.evidence.vek)) {
          ok(!verifyCase({ ...one, evidence: { ...evidence, vek: other.evidence.vek } }).ok, `${one.id} ${other.id}`)
        }
        for (const part of ['ask', 'ark'] as const) {
          if (!isOther((each) => each.collateral[part])) continue
          ok(!verifyCase({ ...one, collateral: { ...collateral, [part]: other.collateral[part] } }).ok)
        }
        const isOtherRoot = isOther((each) => each.collateral.ark)
        if (isOtherRoot && other.collateral.crl !== undefined) {
          const verdict = verifyCase({ ...one, collateral: { ...collateral, crl: other.collateral.crl } })
          deepEqual(verdict, { ok: false, reason: 'crl-signature' })
        }
      }
    }
  })

  it('is accepted from the first to the last second of each date, and not a second longer', () => {
    for (const each of genuine) {
      const { vek } = each.evidence
      const { ask, ark, crl } = each.collateral
      const dates = [vek, ask, ark].map(parseCertificate)
      const list = crl === undefined ? undefined : parseCrl(crl)
      const from = Math.max(...dates.map(({ notBefore }) => notBefore), list?.thisUpdate ?? 0)
      const until = Math.min(...dates.map(({ notAfter }) => notAfter), list?.nextUpdate ?? Number.POSITIVE_INFINITY)
      const isAccepted = (now: number) => verifyCase({ ...each, now }).ok
      deepEqual([from - 1, from, until, until + 1].map(isAccepted), [false, true, true, false], each.id)
    }
  })
})

describe("AMD's list for Genoa", { skip }, () => {
  it('revokes serial 020001, an ASK of before, and not the ASK of today', () => {
    const { collateral } = withList.find(({ id }) => id === 'routex-genoa-v5') as SnpCase
    const list = parseCrl(collateral.crl as Uint8Array)
    ok(list.has(fromHex('0x020001')))
    ok(!list.has(parseCertificate(collateral.ask).serial))
    ok(!list.has(fromHex('0x00')))
  })
})

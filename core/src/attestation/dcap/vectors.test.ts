/** Quotes of real machines, and changed ones, with outcomes that were computed independently of this verifier. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { toHex } from '../../codec/index.ts'
import { secondsOfIso } from '../calendar.ts'
import { type DcapCase, dcapCases, genuineDcapCases, verifyCase } from '../node/test-dcap-cases.ts'
import { caseFolders, isExpectedReason, skip } from '../node/test-vectors.ts'
import { productionRoots } from '../production-roots.ts'
import { pureSignatures } from '../pure-signatures.ts'
import { parseCertificate } from '../x509/certificate.ts'
import { spkiHash } from '../x509/chain.ts'
import { derFromPem } from '../x509/pem.ts'
import { verifyDcap } from './verify-dcap.ts'
import type { DcapFacts } from './verify-quote.ts'

const hexOf = (bytes: Uint8Array) => toHex(bytes).slice(2)

/** Facts under the names that `case.json` has for them. */
function stated(facts: DcapFacts): Readonly<Record<string, unknown>> {
  return {
    tcbStatus: facts.tcbStatus,
    platformTcbStatus: facts.platformTcbStatus,
    qeTcbStatus: facts.qeTcbStatus,
    tdxModuleStatus: facts.tee === 'Tdx' ? facts.tdxModuleStatus : undefined,
    advisoryIDs: facts.advisoryIds,
    tcbDate: facts.tcbDate,
    fmspc: hexOf(facts.fmspc),
    debug: facts.debug,
    quoteVersion: facts.quoteVersion,
    trailingBytes: facts.trailingBytes,
  }
}

function demandExpected({ expect, ...given }: DcapCase): void {
  const verdict = verifyCase(given)
  if (!verdict.ok) return ok(!expect.ok && isExpectedReason(expect, verdict.reason), verdict.reason)
  ok(expect.ok ? !verdict.facts.debug : verdict.facts.debug && isExpectedReason(expect, 'debug'))
  const { ok: _, reason, problems, measurements = {}, tcbDate, ...named } = expect
  deepEqual({ ...stated(verdict.facts), ...named, tcbDate: secondsOfIso(tcbDate as string) }, stated(verdict.facts))
  for (const [name, value] of Object.entries(measurements)) {
    const measured: unknown = (verdict.facts.measurements as Readonly<Record<string, unknown>>)[name]
    equal(measured instanceof Uint8Array ? hexOf(measured) : measured, value, name)
  }
}

describe('SGX quotes', { skip }, () => {
  for (const each of dcapCases('intel-sgx')) it(each.id, () => demandExpected(each))
})

describe('TDX quotes', { skip }, () => {
  for (const each of dcapCases('intel-tdx')) it(each.id, () => demandExpected(each))
})

describe('evidence that is genuine', { skip }, () => {
  it('gives the same facts with signatures in JavaScript as with those of OpenSSL', () => {
    for (const each of [genuineDcapCases().at(0), genuineDcapCases().at(-1)]) {
      ok(each)
      const context = { now: each.now, roots: productionRoots, signatures: pureSignatures }
      deepEqual(verifyDcap(each.evidence, each.collateral, context), verifyCase(each))
    }
  })
})

describe("Intel's own sample, under its test root", { skip }, () => {
  it('verifies: its quote only names the platform, and its TCB info is of version 2', () => {
    const folder = caseFolders('intel-sgx').find((path) => path.endsWith('intelqvl-sgx-testpki')) as string
    const sample = dcapCases('intel-sgx').find(({ id }) => id === 'intelqvl-sgx-testpki') as DcapCase
    const [root] = derFromPem(readFileSync(join(folder, 'testRoot.pem'), 'utf8')) as [Uint8Array]
    const verdict = verifyCase(sample, { ...productionRoots, intel: [spkiHash(parseCertificate(root))] })
    ok(verdict.ok, verdict.ok ? '' : verdict.reason)
    const { ok: accepted, tcbStatus } = sample.expect['withTestRoot'] as { ok: boolean; tcbStatus: string }
    deepEqual({ accepted, tcbStatus }, { accepted: true, tcbStatus: verdict.facts.tcbStatus })
  })
})

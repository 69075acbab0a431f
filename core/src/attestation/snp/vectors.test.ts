/** Reports of real machines, and changed ones, with outcomes that were computed independently of this verifier. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { toHex, utf8Decode } from '../../codec/index.ts'
import { nodeSignatures } from '../node/index.ts'
import { type SnpCase, snpCase, verifyCase } from '../node/test-snp-cases.ts'
import { attestationCases, caseFolders, isExpectedReason, skip } from '../node/test-vectors.ts'
import { productionRoots as roots } from '../production-roots.ts'
import { pureSignatures } from '../pure-signatures.ts'
import { readHclReport } from './hcl-report.ts'
import { verifySnp } from './verify-snp.ts'

const cases = attestationCases('amd-sev-snp').map(snpCase)
const hexOf = (bytes: Uint8Array) => toHex(bytes).slice(2)
const byte = (value: number) => value.toString(16).padStart(2, '0')

describe('SEV-SNP reports', { skip }, () => {
  for (const each of cases) {
    const { collateral, expect } = each
    it(each.id, () => demandExpected(each))
    if (collateral.crl !== undefined) continue
    it(`${each.id}, without a list, is refused where lists are required`, () => {
      const verdict = verifyCase(each, { crls: 'required' })
      ok(!verdict.ok)
      // What is wrong before the list is looked for is still told.
      ok(verdict.reason === 'crl-missing' || isExpectedReason(expect, verdict.reason), verdict.reason)
      if (expect.ok) equal(verdict.reason, 'crl-missing')
    })
  }
})

function demandExpected(each: SnpCase): void {
  const { expect } = each
  const verdict = verifyCase(each)
  if (!verdict.ok) return ok(!expect.ok && isExpectedReason(expect, verdict.reason), verdict.reason)
  const { facts } = verdict
  ok(expect.ok ? !facts.debug : facts.debug && isExpectedReason(expect, 'debug'))
  const { ok: _, reason, problems, measurements = {}, ...named } = expect
  const { cpuid } = facts
  const stated: Readonly<Record<string, unknown>> = {
    product: facts.product,
    reportVersion: facts.reportVersion,
    signingKey: facts.signingKey,
    vmpl: facts.vmpl,
    debug: facts.debug,
    policy: `0x${facts.policy.toString(16)}`,
    reportedTcb: hexOf(facts.measurements.reportedTcb),
    ...(cpuid && { cpuidFamModStep: `${byte(cpuid.family)}/${byte(cpuid.model)}/${cpuid.stepping}` }),
  }
  deepEqual(stated, named)
  for (const [name, value] of Object.entries(measurements)) {
    const measured: unknown = (facts.measurements as Readonly<Record<string, unknown>>)[name]
    equal(measured instanceof Uint8Array ? hexOf(measured) : measured, value, name)
  }
}

describe('real evidence', { skip }, () => {
  it('gives the same verdict with signatures in JavaScript as with those of OpenSSL', () => {
    for (const { evidence, collateral, now } of cases) {
      const by = (signatures: typeof pureSignatures) =>
        verifySnp(evidence, collateral, { now, roots, signatures }, { crls: 'optional' })
      deepEqual(by(pureSignatures), by(nodeSignatures))
    }
  })

  it('names the machine by its chip, and all machines of a provider that masks them by the provider', () => {
    const platforms = new Set(
      ['virtee-milan-vcek', 'virtee-milan-with-crl', 'routex-turin-v5', 'trustee-milan-vlek-v3'].map((id) => {
        const verdict = verifyCase(cases.find((each) => each.id === id) as SnpCase)
        ok(verdict.ok)
        equal(verdict.facts.isChipIdMasked, verdict.facts.signingKey === 'VLEK')
        return toHex(verdict.facts.platform)
      }),
    )
    equal(platforms.size, 3)
  })

  it("has dates and firmware that policies judge: Turin's committed version, the list's dates", () => {
    const verdict = verifyCase(cases.find(({ id }) => id === 'routex-turin-v5') as SnpCase)
    ok(verdict.ok)
    deepEqual(verdict.facts.committedBuild, { major: 1, minor: 55, build: 61 })
    deepEqual(verdict.facts.reportedTcb, { fmc: 0, bootLoader: 1, tee: 0, snp: 2, microcode: 71 })
    deepEqual(verdict.facts.crl, { thisUpdate: 1_787_149_365, nextUpdate: 1_791_072_000 })
    equal(verdict.facts.launchMitigations, 0n)
  })
})

describe('evidence of Azure', { skip }, () => {
  for (const name of ['trustee-az-v0', 'trustee-az-v1']) {
    const folder = caseFolders('amd-sev-snp').find((path) => path.endsWith(name)) as string
    const blob = () => new Uint8Array(readFileSync(join(folder, 'hcl-report.bin')))

    it(`${name}: the blob holds the report of the case, bound to runtime data that name the vTPM's key`, () => {
      const hcl = readHclReport(blob())
      ok(hcl.ok)
      const { evidence } = cases.find(({ id }) => id === name) as SnpCase
      deepEqual(hcl.facts.report, evidence.report)
      const { keys } = JSON.parse(utf8Decode(hcl.facts.runtimeData)) as { keys: readonly { kid: string }[] }
      equal(keys[0]?.kid, 'HCLAkPub')
    })

    it(`${name}: is refused at every length but with its whole data, and after any change of header or data`, () => {
      const whole = blob()
      const size = 32 + 1184 + 20 + 1110
      for (let length = 0; length < size; length += length < 1300 ? 1 : 61)
        ok(!readHclReport(whole.subarray(0, length)).ok)
      ok(readHclReport(whole.subarray(0, size)).ok)
      const looked = [
        0,
        3,
        4,
        7,
        32,
        33,
        ...Array.from({ length: 20 }, (_, i) => 1216 + i),
        1240,
        1500,
        size - 1,
        32 + 0x50,
      ]
      for (const at of [...looked, 32 + 0x50 + 40]) {
        const changed = blob()
        changed[at] = (changed[at] as number) ^ 0x80
        ok(!readHclReport(changed).ok, `byte ${at}`)
      }
      equal(readHclReport(new Uint8Array(8_193)).ok, false)
    })
  }
})

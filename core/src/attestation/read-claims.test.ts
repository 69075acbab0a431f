import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Evidence } from '../protocol/index.ts'
import { testCcaMachine } from './cca/test-cca.ts'
import type { AttestationEvidence } from './evidence.ts'
import { testNitroInstance } from './nitro/test-nitro.ts'
import { nodeSignatures as signatures } from './node/node-signatures.ts'
import { attestationCases, skip } from './node/test-vectors.ts'
import { productionRoots as roots } from './production-roots.ts'
import { readClaims } from './read-claims.ts'
import { verify } from './verify.ts'

if (skip) console.log(skip)

const reportData = Uint8Array.from({ length: 64 }, (_, i) => i)

/** As the chain is sent it. */
function sent(evidence: AttestationEvidence): Evidence {
  switch (evidence.type) {
    case 'Sgx':
    case 'Tdx':
    case 'Simulated':
      return { type: evidence.type, value: evidence.quote }
    case 'SevSnp':
      return { type: 'SevSnp', value: { report: evidence.report, vek: evidence.vek } }
    case 'Cca':
      return { type: 'Cca', value: evidence.token }
    case 'Nitro':
      return { type: 'Nitro', value: evidence.document }
    default:
      throw new Error(`the chain takes no evidence of ${evidence.type}`)
  }
}

describe('what evidence claims', () => {
  it('is what a verifier finds in genuine evidence of each kind', { skip }, () => {
    const compared = new Map<string, number>()
    for (const vendor of ['intel-sgx', 'intel-tdx', 'amd-sev-snp', 'arm-cca', 'aws-nitro']) {
      for (const { id, evidence, collateral, now } of attestationCases(vendor)) {
        const verdict = verify(evidence, collateral, { now, roots, signatures, crls: 'optional' })
        if (!verdict.ok) continue
        const { measurement, reportData } = verdict.facts
        deepEqual(readClaims(sent(evidence)), { ok: true, facts: { measurement, reportData } }, id)
        compared.set(vendor, (compared.get(vendor) ?? 0) + 1)
      }
    }
    deepEqual(
      [...compared.values()].map((count) => count > 1),
      [true, true, true, true, true],
    )
  })

  it('is read from tokens of every form', () => {
    for (const wrapper of [399, 907] as const) {
      const value = testCcaMachine().attest({ challenge: reportData, wrapper })
      const claims = readClaims({ type: 'Cca', value })
      deepEqual(claims.ok && claims.facts.reportData, reportData)
    }
    const claims = readClaims({ type: 'Nitro', value: testNitroInstance().attest({ userData: reportData }) })
    deepEqual(claims.ok && claims.facts.reportData, reportData)
  })

  it('is nothing in other bytes, however they are cut', () => {
    const whole: readonly Evidence[] = [
      { type: 'Cca', value: testCcaMachine().attest() },
      { type: 'Nitro', value: testNitroInstance().attest() },
    ]
    for (const { type, value } of whole as readonly Extract<Evidence, { type: 'Cca' | 'Nitro' }>[]) {
      for (let length = 0; length < value.length; length += 7) {
        equal(readClaims({ type, value: value.subarray(0, length) }).ok, false)
      }
    }
    for (const type of ['Simulated', 'Sgx', 'Tdx'] as const) {
      for (const length of [0, 47, 48, 400, 600]) {
        equal(readClaims({ type, value: new Uint8Array(length) }).ok, false)
      }
    }
    const report = new Uint8Array(1184)
    equal(readClaims({ type: 'SevSnp', value: { report, vek: report } }).ok, false)
  })
})

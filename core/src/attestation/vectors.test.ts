/** Every case of the attestation vectors through the one door: the verdict, and each fact that the case states. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AttestationEvidence } from './evidence.ts'
import { readCase } from './node/case-folder.ts'
import { disagreements, isExpectedReason } from './node/expectation.ts'
import { nodeSignatures } from './node/node-signatures.ts'
import { caseFolders, skip, VENDORS } from './node/test-vectors.ts'
import { verifyCase } from './node/verify-case.ts'
import { productionRoots as roots } from './production-roots.ts'
import { pureSignatures } from './pure-signatures.ts'
import { verify } from './verify.ts'

if (skip) console.log(skip)
const folders = VENDORS.flatMap(caseFolders)

describe('attestation vectors', { skip }, () => {
  it('are 88', () => equal(folders.length, 88))

  for (const folder of folders) {
    it(folder.split('/').slice(-2).join('/'), () => {
      for (const signatures of [nodeSignatures, pureSignatures]) {
        deepEqual(disagreements(verifyCase(folder, { signatures })), [])
      }
    })
  }

  it('are refused without revocation lists where those are demanded', () => {
    const outcomes = caseFolders('amd-sev-snp').map((folder) => verifyCase(folder, { crls: 'required' }))
    for (const { isCrlMissing, reason, expect } of outcomes) {
      if (isCrlMissing) ok(reason === 'crl-missing' || isExpectedReason(expect, reason ?? ''))
    }
    equal(outcomes.filter(({ reason }) => reason === 'crl-missing').length > 5, true)
  })
})

describe('genuine evidence', { skip }, () => {
  const genuine = folders
    .filter((folder) => !folder.includes('x509-crl'))
    .map(readCase)
    .filter(({ expect }) => expect.ok)

  it('is refused with another kind of collateral', () => {
    for (const { id, evidence, collateral: own, now } of genuine) {
      for (const { collateral } of genuine.filter((other) => other.collateral.type !== own.type)) {
        const verdict = verify(evidence, collateral, { now, roots, signatures: nodeSignatures, crls: 'optional' })
        deepEqual(verdict, { ok: false, reason: 'wrong-collateral' }, id)
      }
    }
  })

  it('is refused as another kind of evidence', () => {
    for (const { id, evidence, collateral, now } of genuine) {
      const bytes = Object.values(evidence).find((value) => value instanceof Uint8Array) as Uint8Array
      const others: readonly AttestationEvidence[] = [
        { type: 'Sgx', quote: bytes },
        { type: 'Tdx', quote: bytes },
        { type: 'SevSnp', report: bytes, vek: bytes },
        { type: 'Cca', token: bytes },
        { type: 'Psa', token: bytes },
        { type: 'Nitro', document: bytes },
        { type: 'Ias', report: bytes, signature: bytes, certificates: [bytes] },
        { type: 'NvidiaGpu', report: bytes, certificates: [bytes, bytes, bytes] },
        { type: 'Simulated', quote: bytes },
      ]
      for (const other of others.filter(({ type }) => type !== evidence.type)) {
        const options = { now, roots, signatures: nodeSignatures, crls: 'optional' } as const
        ok(!verify(other, collateral, options).ok, `${id} as ${other.type}`)
        ok(!verify(other, { type: 'None' }, options).ok, `${id} as ${other.type}`)
      }
    }
  })

  it('is refused under roots that are none', () => {
    const amd = { Milan: [], Genoa: [], Turin: [] }
    const none = { intel: [], intelIas: [], amd, awsNitro: [], nvidiaGpu: [], simulated: [] }
    for (const { id, evidence, collateral, now } of genuine) {
      if (collateral.type === 'AnchorKeys') continue
      const options = { now, roots: none, signatures: nodeSignatures, crls: 'optional' } as const
      ok(!verify(evidence, collateral, options).ok, id)
    }
  })
})

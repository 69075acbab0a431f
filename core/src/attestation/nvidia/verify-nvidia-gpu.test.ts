/** Reports of a Hopper and a Blackwell card, and what becomes of them after any change. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { concatBytes, toHex } from '../../codec/index.ts'
import { flipped, truncated } from '../cose/test-mutations.ts'
import type { AttestationEvidence } from '../evidence.ts'
import { nodeSignatures as signatures } from '../node/node-signatures.ts'
import { attestationCases, skip } from '../node/test-vectors.ts'
import { productionRoots as roots } from '../production-roots.ts'
import { testAuthority } from '../x509/test-pki.ts'
import { verifyNvidiaGpu } from './verify-nvidia-gpu.ts'

type GpuEvidence = Extract<AttestationEvidence, { type: 'NvidiaGpu' }>
const cases = attestationCases('nvidia-gpu').map((each) => ({ ...each, evidence: each.evidence as GpuEvidence }))

describe('reports of graphics cards', { skip }, () => {
  for (const { id, evidence, now, expect } of cases) {
    const reasonOf = (changed: Partial<GpuEvidence>) => {
      const verdict = verifyNvidiaGpu({ ...evidence, ...changed }, { now, roots, signatures })
      return verdict.ok ? 'accepted' : verdict.reason
    }

    it(`${id}: accepted, with its nonce and 64 measurements`, () => {
      const verdict = verifyNvidiaGpu(evidence, { now, roots, signatures })
      ok(verdict.ok, verdict.ok ? '' : verdict.reason)
      const { requestNonce, blocks } = verdict.facts.measurements
      deepEqual({ requestNonce: toHex(requestNonce).slice(2) }, expect.measurements)
      equal(expect['nonce'], toHex(requestNonce).slice(2))
      deepEqual([blocks.size, blocks.get(1)?.length, verdict.facts.reportData.length], [64, 48, 64])
    })

    it(`${id}: refused after a change of a bit, at every truncation, and with a byte more`, () => {
      const { report } = evidence
      for (const { at, bytes } of flipped(report, 41)) ok(reasonOf({ report: bytes }) !== 'accepted', `byte ${at}`)
      for (const bytes of truncated(report)) equal(reasonOf({ report: bytes }), 'malformed')
      equal(reasonOf({ report: concatBytes(report, Uint8Array.of(0)) }), 'malformed')
      equal(reasonOf({ report: new Uint8Array(16_385) }), 'malformed')
    })

    it(`${id}: refused with other certificates`, () => {
      const [leaf, device, ca, identity, root] = evidence.certificates as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ]
      for (const [certificates, reason] of [
        [[], 'cert-chain'],
        [[leaf, device], 'cert-chain'],
        [[leaf, device, ca, identity], 'untrusted-root'],
        [[leaf, ca, identity, root], 'cert-chain'],
        [[device, ca, identity, root], 'cert-chain'],
        [[leaf, device, ca, identity, testAuthority().certificate], 'untrusted-root'],
        [new Array(9).fill(root), 'cert-chain'],
      ] as const) {
        equal(reasonOf({ certificates }), reason)
      }
    })
  }

  it('do not verify with the certificates of another card', () => {
    const [one, other] = cases
    ok(one && other)
    const mixed = { report: one.evidence.report, certificates: other.evidence.certificates }
    deepEqual(verifyNvidiaGpu(mixed, { now: one.now, roots, signatures }), { ok: false, reason: 'signature' })
  })

  it('hold from the date on which the youngest certificate was issued', () => {
    const [hopper] = cases
    ok(hopper)
    const first = Date.UTC(2022, 2) / 1000
    const accepted = (now: number) => verifyNvidiaGpu(hopper.evidence, { now, roots, signatures }).ok
    deepEqual([first - 1, first].map(accepted), [false, true])
  })
})

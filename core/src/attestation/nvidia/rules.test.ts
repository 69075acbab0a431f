/** Each rule for graphics cards alone, under a root of our own. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nodeSignatures as signatures } from '../node/node-signatures.ts'
import { productionRoots } from '../production-roots.ts'
import type { EvidenceFailure } from '../verdict.ts'
import { OPAQUE, type TestGpuReport, testGpu } from './test-gpu.ts'
import { verifyNvidiaGpu } from './verify-nvidia-gpu.ts'

const gpu = testGpu()

function verify(report: TestGpuReport = {}, by = gpu) {
  const roots = { ...productionRoots, nvidiaGpu: [by.root.pin] }
  return verifyNvidiaGpu(by.evidence(report), { now: 1_750_000_000, roots, signatures })
}

function reasonOf(report: TestGpuReport, by = gpu): EvidenceFailure | 'ok' {
  const verdict = verify(report, by)
  return verdict.ok ? 'ok' : verdict.reason
}

describe('a report of a graphics card', () => {
  it('gives its blocks, versions and nonce', () => {
    const verdict = verify()
    ok(verdict.ok)
    const { driverVersion, measurements } = verdict.facts
    equal(driverVersion, '590.48.01')
    deepEqual([...measurements.blocks.keys()], [1, 2])
    deepEqual(measurements.requestNonce, new Uint8Array(32).fill(0x4e))
  })

  it('is an SPDM 1.1 response behind the signed request for it', () => {
    equal(reasonOf({ request: [0x12, 0xe0, 1, 0xff] }), 'unsupported-version')
    equal(reasonOf({ response: [0x12, 0x60, 0, 0] }), 'malformed')
    equal(reasonOf({ request: [0x11, 0xe1, 1, 0xff] }), 'malformed')
    equal(reasonOf({ response: [0x11, 0x61, 0, 0] }), 'malformed')
    equal(reasonOf({ request: [0x11, 0xe0, 0, 0xff] }), 'malformed')
  })

  it('has as many blocks as it says, each once', () => {
    equal(reasonOf({ count: 1 }), 'malformed')
    equal(reasonOf({ count: 3 }), 'malformed')
    const value = new Uint8Array(48)
    equal(
      reasonOf({
        blocks: [
          [1, value],
          [1, value],
        ],
      }),
      'malformed',
    )
    equal(reasonOf({ specification: 2 }), 'malformed')
    equal(reasonOf({ blocks: [] }), 'ok')
  })

  it('has the fields that are read, each once, and no more than SPDM allows', () => {
    for (const left of [3, 20]) {
      equal(reasonOf({ opaque: OPAQUE.filter(([field]) => field !== left) }), 'missing-claim')
    }
    equal(reasonOf({ opaque: [...OPAQUE, [3, new Uint8Array(1)]] }), 'malformed')
    equal(reasonOf({ opaque: [...OPAQUE, [12, new Uint8Array(1_024)]] }), 'malformed')
    equal(reasonOf({ opaque: [...OPAQUE.slice(0, 1), [3, Uint8Array.of(0xff)], ...OPAQUE.slice(2)] }), 'malformed')
  })

  it('comes from the firmware that its key was made for', () => {
    const other = (id: Uint8Array) => [...OPAQUE.slice(0, 2), [20, id] as const]
    equal(reasonOf({ opaque: other(new Uint8Array(48).fill(0xf2)) }), 'firmware-id')
    equal(reasonOf({ opaque: other(new Uint8Array(0)) }), 'firmware-id')
    equal(reasonOf({}, testGpu({ extensions: [] })), 'firmware-id')
  })

  it('is signed by a key on P-384 that is no CA', () => {
    equal(reasonOf({}, testGpu({ isCa: true })), 'cert-chain')
    equal(reasonOf({}, testGpu({ curve: 'P-256' })), 'cert-chain')
  })
})

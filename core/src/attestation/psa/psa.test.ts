import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { toHex } from '../../codec/index.ts'
import { flipped, truncated } from '../cose/test-mutations.ts'
import { nodeSignatures } from '../node/index.ts'
import { attestationCases, isExpectedReason, skip } from '../node/test-vectors.ts'
import { pureSignatures } from '../pure-signatures.ts'
import { type TestPsaOptions, testPsaDevice } from './test-psa.ts'
import { verifyPsa } from './verify-psa.ts'

if (skip) console.log(skip)

const context = { signatures: nodeSignatures }
const hex = (bytes: Uint8Array): string => toHex(bytes).slice(2)

describe('PSA tokens of the vectors', { skip }, () => {
  for (const { id, evidence, collateral, expect } of attestationCases('arm-psa')) {
    ok(evidence.type === 'Psa' && collateral.type === 'AnchorKeys')
    const { token } = evidence
    const { keys } = collateral
    it(`${id}: ${expect.ok ? 'accepted' : expect.reason}`, () => {
      for (const signatures of [nodeSignatures, pureSignatures]) {
        const verdict = verifyPsa(token, keys, { signatures })
        equal(verdict.ok, expect.ok)
        if (!verdict.ok) {
          ok(isExpectedReason(expect, verdict.reason), verdict.reason)
          continue
        }
        const { profile, lifecycle, debug, measurements } = verdict.facts
        equal(debug, false)
        equal(profile, expect['profile'])
        equal(lifecycle, expect['lifecycle'])
        deepEqual(
          {
            implementationId: hex(measurements.implementationId),
            instanceId: hex(measurements.instanceId),
            nonce: hex(measurements.nonce),
            swComponents: measurements.softwareComponents.length,
          },
          expect.measurements,
        )
      }
    })
    if (!expect.ok) continue
    it(`${id}: refused after a change of any byte, and at every truncation`, () => {
      for (const { at, bytes } of flipped(token)) equal(verifyPsa(bytes, keys, context).ok, false, `byte ${at}`)
      for (const bytes of truncated(token)) equal(verifyPsa(bytes, keys, context).ok, false, `length ${bytes.length}`)
    })
  }
})

describe('Arm PSA', () => {
  const device = testPsaDevice()
  const reasonOf = (options: TestPsaOptions): string | undefined => {
    const verdict = verifyPsa(device.attest(options), [device.anchor], context)
    return verdict.ok ? undefined : verdict.reason
  }

  it('gives the same facts in both numberings, but for the profile', () => {
    const [registered, legacy] = (['registered', 'legacy'] as const).map((numbering) => {
      const verdict = verifyPsa(device.attest({ numbering }), [device.anchor], context)
      return verdict.ok ? verdict.facts : undefined
    })
    ok(registered !== undefined && legacy !== undefined)
    deepEqual({ ...legacy, profile: registered.profile }, registered)
    deepEqual(registered.reportData.subarray(0, 32), new Uint8Array(32).fill(7))
    deepEqual(registered.reportData.subarray(32), new Uint8Array(32))
  })

  it('reads claims by the numbers of its profile only', () => {
    equal(reasonOf({ profile: 'tag:psacertified.org,2023:psa#tfm' }), undefined)
    equal(reasonOf({ profile: 'tag:psacertified.org,2019:psa#legacy', numbering: 'legacy' }), undefined)
    equal(reasonOf({ profile: 'tag:psacertified.org,2019:psa#legacy' }), 'unknown-profile')
    equal(reasonOf({ profile: 'http://arm.com/psa/2.0.0', numbering: 'legacy' }), 'unknown-profile')
    equal(reasonOf({ profile: 'http://arm.com/CCA-SSD/1.0.0' }), 'unknown-profile')
    equal(reasonOf({ claims: [[265, undefined]] }), 'missing-claim')
    equal(reasonOf({ claims: [[-75_000, 'PSA_IOT_PROFILE_1']] }), 'malformed')
    equal(
      reasonOf({
        claims: [
          [10, undefined],
          [-75_008, new Uint8Array(32)],
        ],
      }),
      'missing-claim',
    )
  })

  it('says by the lifecycle whether the device can be debugged', () => {
    for (const [lifecycle, debug] of [
      [0x3000, false],
      [0x30ff, false],
      [0x2000, true],
      [0x4000, true],
      [0x5000, true],
    ] as const) {
      const verdict = verifyPsa(device.attest({ claims: [[2395, lifecycle]] }), [device.anchor], context)
      equal(verdict.ok && verdict.facts.debug, debug)
    }
  })

  it('is refused without a claim, or with one of another type or size', () => {
    for (const claim of [10, 256, 2396, 2395, 2399]) equal(reasonOf({ claims: [[claim, undefined]] }), 'missing-claim')
    for (const claim of [
      [10, new Uint8Array(31)],
      [256, new Uint8Array(33)],
      [2396, new Uint8Array(33)],
      [2395, null],
      [2399, []],
    ] as const) {
      const reason = claim[1] === null ? 'missing-claim' : 'malformed'
      equal(reasonOf({ claims: [claim] }), reason)
    }
  })

  it('is refused under another key, and when its algorithm is not that of the key', () => {
    const other = testPsaDevice('other')
    deepEqual(verifyPsa(device.attest(), [other.anchor], context), { ok: false, reason: 'cose-signature' })
    deepEqual(verifyPsa(device.attest(), [], context), { ok: false, reason: 'unknown-key' })
    equal(reasonOf({ header: { algorithm: -35 } }), 'cose-signature')
    equal(reasonOf({ header: { algorithm: 5 } }), 'unsupported-algorithm')
  })

  it('never throws on hostile bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => !verifyPsa(bytes, [device.anchor], context).ok))
  })
})

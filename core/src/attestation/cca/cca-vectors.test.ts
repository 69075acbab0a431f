/** Tokens of other projects' CCA machines and simulators. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { concatBytes, toHex } from '../../codec/index.ts'
import { encodeCbor } from '../cose/test-cbor.ts'
import { flipped, offsetOf, truncated } from '../cose/test-mutations.ts'
import type { AnchorKey } from '../evidence.ts'
import { type AttestationCase, nodeSignatures } from '../node/index.ts'
import { attestationCases, isExpectedReason, skip } from '../node/test-vectors.ts'
import { pureSignatures } from '../pure-signatures.ts'
import { verifyCca } from './verify-cca.ts'

if (skip) console.log(skip)

const cases = attestationCases('arm-cca').map(partsOf)
const accepted = cases.filter(({ expect }) => expect.ok)

function partsOf({ id, evidence, collateral, expect }: AttestationCase) {
  ok(evidence.type === 'Cca' && collateral.type === 'AnchorKeys')
  return { id, token: evidence.token, keys: collateral.keys, expect }
}

const hex = (bytes: Uint8Array): string => toHex(bytes).slice(2)
const verify = (token: Uint8Array, keys: readonly AnchorKey[]) => verifyCca(token, keys, { signatures: nodeSignatures })

describe('CCA tokens of the vectors', { skip }, () => {
  for (const { id, token, keys, expect } of cases) {
    it(`${id}: ${expect.ok ? 'accepted' : expect.reason}`, () => {
      for (const signatures of [nodeSignatures, pureSignatures]) {
        const verdict = verifyCca(token, keys, { signatures })
        equal(verdict.ok, expect.ok)
        if (!verdict.ok) {
          ok(isExpectedReason(expect, verdict.reason), verdict.reason)
          continue
        }
        const { measurements, debug, algorithms, ...facts } = verdict.facts
        equal(debug, false)
        deepEqual(algorithms, expect['algorithms'])
        equal(facts.platformProfile, expect['platformProfile'])
        equal(facts.realmProfile ?? null, expect['realmProfile'])
        equal(facts.lifecycle, expect['lifecycle'])
        deepEqual(
          {
            implementationId: hex(measurements.implementationId),
            instanceId: hex(measurements.instanceId),
            realmInitialMeasurement: hex(measurements.realmInitialMeasurement),
          },
          expect.measurements,
        )
      }
    })
  }

  for (const { id, token, keys } of accepted) {
    it(`${id}: refused after a change of a bit anywhere, and at every truncation`, () => {
      // A token takes two verifications of P-384, so the bytes are sampled.
      for (const { at, bytes } of flipped(token, 7)) equal(verify(bytes, keys).ok, false, `byte ${at}`)
      for (const bytes of truncated(token)) equal(verify(bytes, keys).ok, false, `length ${bytes.length}`)
    })
  }

  for (const { id, token, keys } of accepted) {
    it(`${id}: refused after a change of any measurement`, () => {
      const verdict = verify(token, keys)
      ok(verdict.ok)
      const { reportData, measurements } = verdict.facts
      for (const [label, value, reason] of [
        [2396, measurements.implementationId, 'platform-signature'],
        [256, measurements.instanceId, 'platform-signature'],
        [10, reportData, 'realm-signature'],
        [44_235, measurements.realmPersonalizationValue, 'realm-signature'],
        [44_238, measurements.realmInitialMeasurement, 'realm-signature'],
      ] as const) {
        const claim = concatBytes(encodeCbor(label), encodeCbor(value))
        const changed = Uint8Array.from(token)
        const at = offsetOf(token, claim) + claim.length - 1
        changed[at] = (changed[at] as number) ^ 1
        deepEqual(verify(changed, keys), { ok: false, reason })
      }
    })
  }

  it('refuses each token under the keys of the others, unless they are the same', () => {
    for (const { id, token, keys } of accepted) {
      for (const other of accepted) {
        const isSameKey = hex(other.keys[0]?.point ?? Uint8Array.of()) === hex(keys[0]?.point ?? Uint8Array.of())
        const verdict = verify(token, other.keys)
        equal(verdict.ok, isSameKey, `${id} under ${other.id}`)
        if (!verdict.ok) equal(verdict.reason, 'platform-signature')
      }
    }
  })
})

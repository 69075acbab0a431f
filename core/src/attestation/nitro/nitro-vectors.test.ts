/** Documents of AWS's own enclaves, and of a test root that poses as AWS. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { toHex } from '../../codec/index.ts'
import { secondsOfIso } from '../calendar.ts'
import { flipped, offsetOf, truncated } from '../cose/test-mutations.ts'
import type { NitroFacts } from '../facts.ts'
import { type AttestationCase, nodeSignatures } from '../node/index.ts'
import { attestationCases, isExpectedReason, skip } from '../node/test-vectors.ts'
import { productionRoots as roots } from '../production-roots.ts'
import { pureSignatures } from '../pure-signatures.ts'
import { verifyNitro } from './verify-nitro.ts'

if (skip) console.log(skip)

const cases = attestationCases('aws-nitro').map(partsOf)
const accepted = cases.filter(({ expect }) => expect.ok)

function partsOf({ id, evidence, now, expect }: AttestationCase) {
  ok(evidence.type === 'Nitro')
  return { id, document: evidence.document, now, expect }
}

const verify = (document: Uint8Array, now: number) => verifyNitro(document, { now, roots, signatures: nodeSignatures })

/** As the cases write them. */
function measurementsOf({ measurements }: NitroFacts) {
  const hex = (bytes: Uint8Array | undefined) => (bytes === undefined ? null : toHex(bytes).slice(2))
  return {
    pcrs: Object.fromEntries([...measurements.pcrs].map(([index, pcr]) => [index, hex(pcr)])),
    userData: hex(measurements.userData),
    nonce: hex(measurements.nonce),
    publicKey: hex(measurements.publicKey),
  }
}

describe('Nitro documents of the vectors', { skip }, () => {
  for (const { id, document, now, expect } of cases) {
    it(`${id}: ${expect.ok ? 'accepted' : expect.reason}`, () => {
      for (const signatures of [nodeSignatures, pureSignatures]) {
        const verdict = verifyNitro(document, { now, roots, signatures })
        if (!verdict.ok) {
          equal(expect.ok, false, verdict.reason)
          ok(isExpectedReason(expect, verdict.reason), verdict.reason)
          continue
        }
        const { facts } = verdict
        // Debug is a fact; that it is not accepted is policy.
        if (facts.debug) ok(isExpectedReason(expect, 'debug'))
        equal(expect.ok, !facts.debug)
        equal(facts.moduleId, expect['moduleId'])
        equal(facts.digest, expect['digest'])
        equal(facts.timestampMs, expect['timestampMs'])
        equal(facts.leafNotAfter, secondsOfIso(String(expect['leafNotAfter'])))
        deepEqual(measurementsOf(facts), expect.measurements)
      }
    })
  }

  for (const { id, document, now } of accepted) {
    it(`${id}: refused after a change of a bit anywhere, and at every truncation`, () => {
      // A document takes up to six verifications of P-384, so the bytes are sampled.
      for (const { at, bytes } of flipped(document, 31)) equal(verify(bytes, now).ok, false, `byte ${at}`)
      for (const bytes of truncated(document)) equal(verify(bytes, now).ok, false, `length ${bytes.length}`)
    })

    it(`${id}: refused after a change of any measurement`, () => {
      const verdict = verify(document, now)
      ok(verdict.ok)
      const { pcrs, userData, publicKey } = verdict.facts.measurements
      for (const field of [...pcrs.values(), userData, publicKey]) {
        if (field === undefined || field.length === 0) continue
        const changed = Uint8Array.from(document)
        const at = offsetOf(document, field)
        changed[at] = (changed[at] as number) ^ 1
        deepEqual(verify(changed, now), { ok: false, reason: 'cose-signature' })
      }
    })

    it(`${id}: accepted up to the last second of its leaf, refused after it and before its first`, () => {
      const verdict = verify(document, now)
      ok(verdict.ok)
      const { leafNotAfter } = verdict.facts
      equal(verify(document, leafNotAfter).ok, true)
      deepEqual(verify(document, leafNotAfter + 1), { ok: false, reason: 'cert-expired' })
      deepEqual(verify(document, leafNotAfter - 3 * 3600 - 60), { ok: false, reason: 'cert-expired' })
    })
  }
})

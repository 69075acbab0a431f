import { deepEqual, fail, ok } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { verdictOf } from '@pha/core/attestation'
import { judge } from './admission.ts'
import { evidenceFor, registrationOf, simulatedRoot, testEnclave } from './test-enclave.ts'
import { hardwarePolicy } from './test-hardware.ts'

describe('judging evidence for a registration', () => {
  it('says of a fault in a verifier what it says of malformed bytes: what was thrown is no part of the answer', () => {
    const enclave = testEnclave('alice')
    const genesis = new Uint8Array(32).fill(1)
    const registration = registrationOf(enclave, genesis)
    const verified = verdictOf((): never => fail('unforeseen'))
    ok(!verified.ok)
    const admission = judge(evidenceFor(enclave, genesis, registration), registration, {
      genesis,
      block: 1,
      now: 1_760_000_000,
      policy: { ...hardwarePolicy, simulated: { roots: [simulatedRoot.publicKey], level: 5 } },
      verify: () => verified,
      measurement: () => undefined,
      blockNumberOf: () => undefined,
      evaluationFloor: () => 0,
    })
    deepEqual(admission, { ok: false, reason: 'EvidenceRefused', rule: 'malformed' })
  })
})

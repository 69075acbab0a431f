import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AttestationPolicy } from '@pha/core/attestation'
import { concatBytes } from '@pha/core/codec'
import { Evidence, limits, Registration } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { EvidenceAssessment } from './assessment-schema.ts'
import { registry } from './schema.ts'
import { registrationOf, testEnclave } from './test-enclave.ts'
import { HardwareChain, hardwarePolicy, machine, OLD, RECOVERY, sgxEvidence } from './test-hardware.ts'

const old = machine('old', { components: OLD })
const newer = machine('newer')

function start(policy: Partial<AttestationPolicy> = {}): HardwareChain {
  const chain = new HardwareChain({ endowed: [old.operator, newer.operator], policy })
  equal(chain.update(RECOVERY), 'ok')
  // The newest block's hash is known to the next block, and to what is asked after that.
  chain.block()
  return chain
}

function judge(chain: HardwareChain, registration: Registration, evidence: Evidence): EvidenceAssessment {
  const input = concatBytes(Registration.encode(registration), Evidence.encode(evidence))
  return EvidenceAssessment.decode(chain.call('RegistryApi_judge', input))
}

/** Evidence over the block before the newest, judged and then sent. */
function judgeAndRegister(chain: HardwareChain, who = newer, changes: Partial<Registration> = {}) {
  const registration = { ...registrationOf(who, chain.header.parentHash), ...changes }
  const evidence = sgxEvidence(who, chain.genesis, registration)
  const said = judge(chain, registration, evidence)
  const call = registry.calls.register.encode({ registration, evidence, endpoint: '' })
  return { said, outcome: chain.try(who.operator, call) }
}

describe('RegistryApi_judge', () => {
  it('says what register then does: level, and when it ends', () => {
    const chain = start()
    const { said, outcome } = judgeAndRegister(chain)
    equal(outcome, 'ok')
    const worker = chain.worker(newer)
    deepEqual(said, {
      type: 'Accepted',
      value: { kind: worker?.kind, level: worker?.level, because: 'status:UpToDate', expiresAt: worker?.expiresAt },
    })
  })

  it('names the rule of the policy that refuses, where the error of register does not', () => {
    const { said, outcome } = judgeAndRegister(start(), old)
    equal(outcome, 'Registry.PolicyRefused')
    deepEqual(said, {
      type: 'Refused',
      value: { error: 'PolicyRefused', rule: 'out-of-date', detail: undefined },
    })
  })

  it('says what exactly is missing', () => {
    const { sgx } = hardwarePolicy
    if (sgx === undefined) throw new Error('the strict policy has rules for SGX')
    const { said } = judgeAndRegister(start({ sgx: { ...sgx, minimumEvaluationNumber: 30 } }))
    const value = { error: 'PolicyRefused', rule: 'evaluation-number-too-low', detail: '21, at least 30' }
    deepEqual(said, { type: 'Refused', value })
  })

  it('names the check of evidence that failed', () => {
    const chain = start()
    const registration = registrationOf(newer, chain.header.parentHash)
    const evidence = sgxEvidence(newer, chain.genesis, registration)
    const { value } = evidence as Extract<Evidence, { type: 'Sgx' }>
    // In the body of the report, behind the header of the quote.
    const tampered = value.with(48, (value[48] ?? 0) ^ 1)
    const said = judge(chain, registration, { type: 'Sgx', value: tampered })
    deepEqual(said, {
      type: 'Refused',
      value: { error: 'EvidenceRefused', rule: 'quote-signature', detail: undefined },
    })
    deepEqual(judge(chain, registration, { type: 'Sgx', value: new Uint8Array(3) }), {
      type: 'Refused',
      value: { error: 'EvidenceRefused', rule: 'malformed', detail: undefined },
    })
  })

  it('refuses with the other errors of register as it would', () => {
    const chain = start()
    equal(chain.register(newer), 'ok')
    chain.block()
    const another = { ...newer, operator: testEnclave('another').operator }
    const registration = registrationOf(another, chain.header.parentHash)
    const said = judge(chain, registration, sgxEvidence(another, chain.genesis, registration))
    deepEqual(said, { type: 'Refused', value: { error: 'OperatorMismatch', rule: undefined, detail: undefined } })
    const { said: strange, outcome } = judgeAndRegister(chain, newer, { blockHash: new Uint8Array(32) })
    equal(outcome, 'Registry.EvidenceTooOld')
    deepEqual(strange, { type: 'Refused', value: { error: 'EvidenceTooOld', rule: undefined, detail: undefined } })
  })

  it('changes nothing', () => {
    const chain = start()
    const before = chain.host.trie.root()
    const registration = registrationOf(newer, chain.header.parentHash)
    equal(judge(chain, registration, sgxEvidence(newer, chain.genesis, registration)).type, 'Accepted')
    deepEqual(chain.host.trie.root(), before)
  })

  it('refuses input beyond the bounds of register before it looks at it', () => {
    const chain = start()
    const registration = Registration.encode(registrationOf(newer, chain.hash))
    const long = concatBytes(registration, Uint8Array.of(1), t.bytes.encode(new Uint8Array(limits.evidence + 1)))
    for (const input of [long, registration, new Uint8Array()]) {
      throws(() => chain.call('RegistryApi_judge', input), { code: 'runtime.bad-input' })
    }
  })
})

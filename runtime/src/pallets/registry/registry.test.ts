import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type AttestationPolicy, strictPolicy } from '@pha/core/attestation'
import { concatBytes } from '@pha/core/codec'
import { sha512 } from '@pha/core/crypto'
import { bind, contexts, type Evidence, type Registration, reportData, SNP_REPORT_BYTES } from '@pha/core/protocol'
import { TestChain } from '../../chain/test-chain.ts'
import { type Measurement, registry, strictRegistry } from './schema.ts'
import {
  evidenceFor,
  GATEKEEPER_BUILD,
  registrationOf,
  simulatedRoot,
  type TestEnclave,
  testEnclave,
  testKeypair,
  WORKER_BUILD,
} from './test-enclave.ts'

const enclave = testEnclave('worker')
const stranger = testEnclave('stranger')
const policy: AttestationPolicy = {
  ...strictPolicy,
  simulated: { roots: [simulatedRoot.publicKey], level: 5 },
  maxEvidenceBlocks: 5,
  validityBlocks: 12,
}
const build: Measurement = {
  kind: { type: 'Worker' },
  tee: { type: 'Simulated' },
  build: 'test',
  activeFrom: 0,
  retiredFrom: undefined,
}

function start(changes: Partial<AttestationPolicy> = {}, measurement: Partial<Measurement> = {}): TestChain {
  const chain = new TestChain({
    endowed: [enclave.operator, stranger.operator],
    registry: {
      ...strictRegistry,
      policy: { ...policy, ...changes },
      measurements: [{ measurement: WORKER_BUILD, allowed: { ...build, ...measurement } }],
    },
  })
  chain.block()
  return chain
}

interface Attempt {
  readonly enclave?: TestEnclave
  readonly from?: TestEnclave
  readonly registration?: Registration
  readonly evidence?: Parameters<typeof evidenceFor>[3]
  readonly genesis?: Uint8Array
}

function register(chain: TestChain, attempt: Attempt = {}): string {
  const who = attempt.enclave ?? enclave
  const registration = attempt.registration ?? registrationOf(who, chain.hash)
  const evidence = evidenceFor(who, attempt.genesis ?? chain.genesis, registration, attempt.evidence)
  const call = registry.calls.register.encode({ registration, evidence, endpoint: 'http://127.0.0.1:8001' })
  return chain.block([(attempt.from ?? who).operator, call])[0] ?? 'not in the block'
}

const workerOf = (chain: TestChain, { identity } = enclave) => chain.read(registry.storage.workers, identity.publicKey)

describe('registry.register', () => {
  it('registers an enclave with good evidence: keys, level, expiry counted from the evidence', () => {
    const chain = start()
    const dated = chain.number
    equal(register(chain), 'ok')
    deepEqual(workerOf(chain), {
      kind: { type: 'Worker' },
      tee: { type: 'Simulated' },
      operator: enclave.operator.accountId,
      agreement: enclave.agreement,
      measurement: WORKER_BUILD,
      platform: enclave.platform.publicKey,
      level: 5,
      status: { type: 'Active' },
      registeredAt: chain.number,
      expiresAt: dated + policy.validityBlocks,
      endpoint: 'http://127.0.0.1:8001',
    })
    equal(chain.events('Registry', 'WorkerRegistered').length, 1)
    equal(chain.read(registry.storage.workerCount), 1)
  })

  it('refuses simulated evidence where the policy has no simulated root (N14)', () => {
    equal(register(start({ simulated: undefined })), 'Registry.TeeNotAccepted')
  })

  it('refuses evidence of a kind that the policy has no rules for, whatever it says', () => {
    const chain = start({ sgx: undefined, tdx: undefined, snp: undefined })
    const registration = registrationOf(enclave, chain.hash)
    const { value } = evidenceFor(enclave, chain.genesis, registration)
    const report = new Uint8Array(SNP_REPORT_BYTES)
    const others: Evidence[] = [
      { type: 'Sgx', value },
      { type: 'Tdx', value },
      { type: 'SevSnp', value: { report, vek: value } },
      { type: 'Cca', value },
      { type: 'Nitro', value },
    ]
    for (const evidence of others) {
      const call = registry.calls.register.encode({ registration, evidence, endpoint: '' })
      equal(chain.block([enclave.operator, call])[0], 'Registry.TeeNotAccepted')
    }
  })

  it('refuses evidence under another root (N2)', () => {
    equal(register(start(), { evidence: { root: testKeypair('ed25519', 'self-made') } }), 'Registry.EvidenceRefused')
  })

  it('refuses evidence that is garbage, cut short, or changed at any of its parts (N10)', () => {
    const chain = start()
    const registration = registrationOf(enclave, chain.hash)
    const { value } = evidenceFor(enclave, chain.genesis, registration)
    const changed = [0, 40, 96, 97, 130, 200].map((at) => value.map((byte, i) => (i === at ? byte ^ 1 : byte)))
    for (const bytes of [new Uint8Array(), value.subarray(0, -1), concatBytes(value, Uint8Array.of(0)), ...changed]) {
      const evidence = { type: 'Simulated', value: bytes } as const
      const call = registry.calls.register.encode({ registration, evidence, endpoint: '' })
      equal(chain.block([enclave.operator, call])[0], 'Registry.EvidenceRefused')
    }
  })

  it('refuses a debug enclave (N9)', () => {
    equal(register(start(), { evidence: { debug: true } }), 'Registry.DebugEnclave')
  })

  it('refuses a build that is not on the list', () => {
    const unlisted = { ...enclave, measurement: new Uint8Array(32).fill(1) }
    equal(register(start(), { enclave: unlisted }), 'Registry.MeasurementUnknown')
  })

  it('refuses simulated evidence for a build that is allowed in another TEE only', () => {
    equal(register(start({}, { tee: { type: 'Tdx' } })), 'Registry.MeasurementUnknown')
  })

  it('refuses a build that is not active yet, or retired', () => {
    equal(register(start({}, { activeFrom: 100 })), 'Registry.MeasurementInactive')
    equal(register(start({}, { retiredFrom: 2 })), 'Registry.MeasurementInactive')
  })

  it('refuses report data that is equal in one half only (N11)', () => {
    const chain = start()
    const registration = registrationOf(enclave, chain.hash)
    const right = reportData(chain.genesis, registration)
    for (const from of [0, 32]) {
      const half = right.map((byte, i) => (i >= from && i < from + 32 ? byte : 0))
      equal(register(chain, { registration, evidence: { reportData: half } }), 'Registry.ReportDataMismatch')
    }
  })

  it('refuses evidence for another chain, other keys, or under another context (N12)', () => {
    const chain = start()
    const registration = registrationOf(enclave, chain.hash)
    equal(register(chain, { genesis: new Uint8Array(32).fill(9) }), 'Registry.ReportDataMismatch')
    const other = { ...registration, agreement: new Uint8Array(1216).fill(1) }
    const swapped = { registration, evidence: { reportData: reportData(chain.genesis, other) } }
    equal(register(chain, swapped), 'Registry.ReportDataMismatch')
    const { blockHash, identity, agreement, operator } = registration
    const asKeyRequest = bind(contexts.keyRequest, chain.genesis, blockHash, identity, agreement, operator)
    equal(
      register(chain, { registration, evidence: { reportData: sha512(asKeyRequest) } }),
      'Registry.ReportDataMismatch',
    )
  })

  it('refuses a sender who is not the operator that the evidence names', () => {
    equal(register(start(), { from: stranger }), 'Registry.OperatorMismatch')
    const chain = start()
    const registration = registrationOf(enclave, chain.hash)
    const stolen = { ...registration, operator: stranger.operator.accountId }
    const attempt = { registration: stolen, from: stranger }
    equal(
      register(chain, { ...attempt, evidence: { reportData: reportData(chain.genesis, registration) } }),
      'Registry.ReportDataMismatch',
    )
  })

  it('refuses an unknown block, the hash that stands for unknown blocks, and one outside the window (N15)', () => {
    const chain = start()
    for (const fill of [0, 3]) {
      const registration = registrationOf(enclave, new Uint8Array(32).fill(fill))
      equal(register(chain, { registration }), 'Registry.EvidenceTooOld')
    }
    const registration = registrationOf(enclave, chain.hash)
    for (let i = 0; i < policy.maxEvidenceBlocks - 1; i++) chain.block()
    equal(register(chain, { registration }), 'ok')
    equal(register(chain, { registration }), 'Registry.EvidenceTooOld')
  })

  it('renews for the same operator only, and prolongs nothing when the same evidence comes again', () => {
    const chain = start()
    const registration = registrationOf(enclave, chain.hash)
    equal(register(chain, { registration }), 'ok')
    const first = workerOf(chain)
    equal(register(chain, { registration }), 'ok')
    equal(workerOf(chain)?.expiresAt, first?.expiresAt)
    equal(register(chain), 'ok')
    equal(workerOf(chain)?.expiresAt, (first?.expiresAt ?? 0) + 2)
    equal(chain.read(registry.storage.workerCount), 1)
    const moved = { ...enclave, operator: stranger.operator }
    equal(register(chain, { enclave: moved }), 'Registry.OperatorMismatch')
  })
})

describe('registry.setEndpoint and registry.deregister', () => {
  const { identity, operator } = enclave
  const setEndpoint = registry.calls.setEndpoint.encode({ identity: identity.publicKey, endpoint: 'http://other' })
  const deregister = registry.calls.deregister.encode({ identity: identity.publicKey })

  it('are for the operator of a registered enclave only', () => {
    const chain = start()
    deepEqual(chain.block([operator, setEndpoint], [operator, deregister]), [
      'Registry.WorkerUnknown',
      'Registry.WorkerUnknown',
    ])
    register(chain)
    deepEqual(chain.block([stranger.operator, setEndpoint], [stranger.operator, deregister]), [
      'Registry.OperatorMismatch',
      'Registry.OperatorMismatch',
    ])
    deepEqual(chain.block([operator, setEndpoint]), ['ok'])
    equal(workerOf(chain)?.endpoint, 'http://other')
    deepEqual(chain.block([operator, deregister]), ['ok'])
    equal(workerOf(chain), undefined)
    equal(chain.read(registry.storage.workerCount), 0)
  })
})

describe('registry genesis', () => {
  it('keeps the build list by measurement', () => {
    const chain = start()
    deepEqual(chain.read(registry.storage.measurements, WORKER_BUILD), build)
    equal(chain.read(registry.storage.measurements, GATEKEEPER_BUILD), undefined)
  })
})

import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { registry } from './schema.ts'
import { simulatedRoot } from './test-enclave.ts'
import {
  BEFORE,
  clockOf,
  HardwareChain,
  hardwarePolicy,
  ISSUED_AT,
  machine,
  OLD,
  RECOVERED_AT,
  RECOVERY,
  withGrace,
} from './test-hardware.ts'

const old = machine('old', { components: OLD, serial: 2001 })
const newer = machine('newer', { serial: 2002 })

/** Two machines that are up to date as far as anyone knows. */
function start(graceSeconds = 0): HardwareChain {
  const policy = { sgx: withGrace(graceSeconds) }
  const chain = new HardwareChain({ endowed: [old.operator, newer.operator], policy })
  equal(chain.update(BEFORE), 'ok')
  equal(chain.register(old), 'ok')
  equal(chain.register(newer), 'ok')
  equal(chain.worker(old)?.level, 1)
  return chain
}

describe('newer collateral', () => {
  it('refuses at once the machines that it makes out of date, says why, and touches no others', () => {
    const chain = start()
    equal(chain.update(RECOVERY), 'ok')
    const { number } = chain
    deepEqual(chain.worker(old)?.status, { type: 'Refused', value: { since: number, reason: 'out-of-date' } })
    deepEqual(chain.events('Registry', 'WorkerRefused'), [{ identity: old.identity.publicKey, reason: 'out-of-date' }])
    equal(chain.worker(newer)?.status.type, 'Active')
    equal(chain.worker(newer)?.level, 1)
    deepEqual(chain.broken(), [])
  })

  it('lowers the level where the policy gives grace, which ends by itself at its second (N83)', () => {
    const until = clockOf(new HardwareChain()) + 60
    const chain = start(until + 1 - RECOVERED_AT)
    equal(chain.update(RECOVERY), 'ok')
    deepEqual(chain.events('Registry', 'WorkerDowngraded'), [
      { identity: old.identity.publicKey, from: 1, to: 5, reason: 'grace:OutOfDate' },
    ])
    equal(chain.worker(old)?.status.type, 'Active')
    while (clockOf(chain) <= until) chain.block()
    equal(chain.worker(old)?.status.type, 'Active')
    chain.block()
    deepEqual(chain.events('Registry', 'WorkerRefused'), [{ identity: old.identity.publicKey, reason: 'out-of-date' }])
    equal(chain.worker(newer)?.status.type, 'Active')
    deepEqual(chain.broken(), [])
  })

  it('refuses who is on the new list of revocations (N4)', () => {
    const chain = start()
    equal(chain.update({ ...BEFORE, issuedAt: ISSUED_AT + 10, revokedPcks: [2002] }), 'ok')
    equal(chain.worker(old)?.status.type, 'Active')
    equal(chain.refusal(newer), 'pck:revoked')
  })

  it('expires: all machines of the family are refused until newer one comes, which restores them', () => {
    const chain = new HardwareChain({ endowed: [old.operator] })
    const end = clockOf(chain) + 60
    equal(chain.update({ ...BEFORE, nextUpdate: end }), 'ok')
    equal(chain.register(old), 'ok')
    while (clockOf(chain) <= end) chain.block()
    chain.block()
    equal(chain.refusal(old), 'root_crl:expired')
    equal(chain.update({ ...BEFORE, issuedAt: ISSUED_AT + 10 }), 'ok')
    deepEqual(chain.worker(old)?.status, { type: 'Active' })
    deepEqual(chain.events('Registry', 'WorkerRestored'), [{ identity: old.identity.publicKey, level: 1 }])
    deepEqual(chain.broken(), [])
  })

  it('does not lift a suspension', () => {
    const chain = start()
    const record = chain.worker(old)
    if (record === undefined) throw new Error('not registered')
    const suspended = { ...record, status: { type: 'Suspended', value: { since: chain.number } } } as const
    chain.host.set(
      registry.storage.workers.key(old.identity.publicKey),
      registry.storage.workers.type.encode(suspended),
    )
    equal(chain.update({ ...BEFORE, issuedAt: ISSUED_AT + 10 }), 'ok')
    deepEqual(chain.worker(old)?.status, suspended.status)
    equal(chain.update({ ...RECOVERY, issuedAt: ISSUED_AT + 20 }), 'ok')
    deepEqual(chain.worker(old)?.status, suspended.status)
  })

  it('judges a large family block by block, and each machine once', () => {
    const chain = start()
    const record = chain.worker(old)
    const standing = chain.read(registry.storage.standings, old.identity.publicKey)
    const [family] = [...registryFamilies(chain)]
    if (record === undefined || standing === undefined || family === undefined) throw new Error('not registered')
    const many = Array.from({ length: 300 }, (_, i) =>
      new Uint8Array(32).map((__, at) => (at < 2 ? (i >> (8 * at)) & 255 : 9)),
    )
    for (const identity of many) {
      chain.host.set(registry.storage.workers.key(identity), registry.storage.workers.type.encode(record))
      chain.host.set(registry.storage.standings.key(identity), registry.storage.standings.type.encode(standing))
      chain.host.set(registry.storage.families.key(family, identity), new Uint8Array())
    }
    chain.host.set(registry.storage.workerCount.key(), registry.storage.workerCount.type.encode(302))
    deepEqual(chain.broken(), [])
    equal(chain.update(RECOVERY), 'ok')
    let refused = chain.events('Registry', 'WorkerRefused').length
    let blocks = 1
    while (chain.read(registry.storage.sweeps).length > 0) {
      chain.block()
      blocks++
      refused += chain.events('Registry', 'WorkerRefused').length
    }
    equal(refused, 301)
    equal(blocks, 3)
    deepEqual(chain.broken(), [])
  })
})

function* registryFamilies(chain: HardwareChain) {
  const prefix = registry.storage.families.prefix()
  for (const [key] of chain.host.trie.entries(prefix)) yield registry.storage.families.decodeKey(key)[0]
}

describe('registry.setPolicy', () => {
  it('tells what changed, and judges everybody again', () => {
    const chain = start()
    const policy = {
      ...hardwarePolicy,
      platforms: { allowed: undefined, denied: [chain.worker(old)?.platform as Uint8Array] },
    }
    equal(chain.govern(registry.calls.setPolicy.encode({ policy })), true)
    equal(chain.refusal(old), 'platform-denied')
    equal(chain.worker(newer)?.status.type, 'Active')
    const [event] = chain.events('Registry', 'PolicyChanged') as [
      { readonly changes: readonly { readonly field: string }[] },
    ]
    deepEqual(
      event.changes.map(({ field }) => field),
      ['platforms.denied'],
    )
  })

  it('is for governance, and only for a policy that has no fault and changes something', () => {
    const chain = start()
    const set = (policy: typeof hardwarePolicy) => registry.calls.setPolicy.encode({ policy })
    equal(chain.try(old.operator, set({ ...hardwarePolicy, validityBlocks: 5 })), 'BadOrigin')
    equal(chain.govern(set({ ...hardwarePolicy, validityBlocks: 0 })), false)
    equal(chain.govern(set(chain.read(registry.storage.attestationPolicy))), false)
  })

  it('can take a simulated root away and never add one (N14)', () => {
    const chain = start()
    const foreign = { roots: [simulatedRoot.publicKey, new Uint8Array(32).fill(1)], level: 5 }
    equal(chain.govern(registry.calls.setPolicy.encode({ policy: { ...hardwarePolicy, simulated: foreign } })), false)
    const without = { ...hardwarePolicy, simulated: undefined }
    equal(chain.govern(registry.calls.setPolicy.encode({ policy: without })), true)
    equal(chain.govern(registry.calls.setPolicy.encode({ policy: hardwarePolicy })), false)
  })
})

describe('registry.setMeasurement and registry.retireMeasurement', () => {
  const measurement = new Uint8Array(32).fill(7)
  const build = { kind: { type: 'Worker' }, tee: { type: 'Sgx' }, build: 'v2', retiredFrom: undefined } as const
  const setBuild = (activeFrom: number) =>
    registry.calls.setMeasurement.encode({ measurement, allowed: { ...build, activeFrom } })

  it('activate a build after the notice period, and retire it for good', () => {
    const chain = start()
    const upgraded = { ...newer, measurement }
    equal(chain.govern(setBuild(chain.number + 5)), false)
    const activeFrom = chain.number + 20
    equal(chain.govern(setBuild(activeFrom)), true)
    equal(chain.govern(setBuild(activeFrom)), false)
    equal(chain.register(upgraded), 'Registry.MeasurementInactive')
    while (chain.number < activeFrom) chain.block()
    equal(chain.register(upgraded), 'ok')

    const retire = (retiredFrom: number) => registry.calls.retireMeasurement.encode({ measurement, retiredFrom })
    equal(chain.govern(retire(chain.number)), false)
    const retiredFrom = chain.number + 10
    equal(chain.govern(retire(retiredFrom)), true)
    equal(chain.govern(retire(retiredFrom + 1)), false)
    while (chain.number < retiredFrom - 1) chain.block()
    equal(chain.worker(upgraded)?.status.type, 'Active')
    chain.block()
    equal(chain.refusal(upgraded), 'build-retired')
    equal(chain.register(upgraded), 'Registry.MeasurementInactive')
  })

  it('are for governance', () => {
    const chain = start()
    equal(chain.try(old.operator, setBuild(1_000)), 'BadOrigin')
    equal(
      chain.try(old.operator, registry.calls.retireMeasurement.encode({ measurement, retiredFrom: 1_000 })),
      'BadOrigin',
    )
    equal(
      chain.try(old.operator, registry.calls.setAnchorKey.encode({ instance: new Uint8Array(33), key: undefined })),
      'BadOrigin',
    )
  })

  it('keep the list within its bound: retired builds make room', () => {
    const chain = start()
    const most = registry.constants.maxMeasurements.value
    const put = (i: number, retiredFrom: number | undefined) =>
      chain.host.set(
        registry.storage.measurements.key(new Uint8Array(32).fill(130 + i)),
        registry.storage.measurements.type.encode({ ...build, activeFrom: 0, retiredFrom }),
      )
    for (let i = 2; i < most; i++) put(i, undefined)
    equal(chain.govern(setBuild(chain.number + 20)), false)
    put(5, 1)
    equal(chain.govern(setBuild(chain.number + 20)), true)
  })
})

describe('an evaluation number', () => {
  it('below the floor of the policy is refused (N5)', () => {
    const chain = start()
    const sgx = { ...withGrace(0), minimumEvaluationNumber: 21 }
    equal(chain.govern(registry.calls.setPolicy.encode({ policy: { ...hardwarePolicy, sgx } })), true)
    equal(chain.refusal(newer), 'evaluation-number-too-low')
  })
})

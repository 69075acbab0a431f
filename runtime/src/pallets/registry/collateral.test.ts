import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testIntel } from '@pha/core/attestation/testing'
import { concatBytes } from '@pha/core/codec'
import { limits } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { Collateral, type PlatformFamily } from './collateral-schema.ts'
import { registry, strictRegistry } from './schema.ts'
import {
  anyone,
  clockOf,
  DAY,
  HardwareChain,
  ISSUED_AT,
  machine,
  OLD,
  RECOVERY,
  sgxCollateral,
  withGrace,
} from './test-hardware.ts'

function start(): HardwareChain {
  return new HardwareChain({ endowed: [worker.operator] })
}

const worker = machine('rack 1')

function bring(chain: HardwareChain, collateral: Collateral): string {
  return chain.try(anyone, registry.calls.updateCollateral.encode({ collateral }))
}

type Dcap = Extract<Collateral, { type: 'Dcap' }>['value']

function changed(change: (parts: Dcap) => Partial<Dcap>): Collateral {
  const collateral = sgxCollateral()
  if (collateral.type !== 'Dcap') throw new Error('not of Intel')
  return { type: 'Dcap', value: { ...collateral.value, ...change(collateral.value) } }
}

const flipped = (bytes: Uint8Array): Uint8Array => bytes.map((byte, i) => (i === bytes.length - 9 ? byte ^ 1 : byte))

describe('registry.updateCollateral', () => {
  it('holds what the vendor signed, and says what changed', () => {
    const chain = start()
    equal(chain.update(), 'ok')
    const [event] = chain.events('Registry', 'CollateralUpdated') as [{ readonly family: PlatformFamily }]
    const { family } = event
    const held = chain.read(registry.storage.collateral, family)
    deepEqual(held, { collateral: sgxCollateral(), heldSince: chain.number, expiresAt: BigInt(ISSUED_AT + 30 * DAY) })
    const first = chain.read(registry.storage.floors, family)
    equal(chain.update({ issuedAt: ISSUED_AT + 5 }), 'ok')
    deepEqual(chain.events('Registry', 'CollateralUpdated'), [
      {
        family,
        from: first,
        to: chain.read(registry.storage.floors, family),
        expiresAt: BigInt(ISSUED_AT + 30 * DAY),
      },
    ])
    deepEqual(chain.broken(), [])
  })

  it('takes no collateral that its vendor did not sign (N1, N2, N5)', () => {
    const chain = start()
    const others = testIntel('Another Intel').collateral('Sgx', { issuedAt: ISSUED_AT, nextUpdate: ISSUED_AT + DAY })
    const { rootCaCrl = new Uint8Array(), pckCrl = new Uint8Array() } = others
    const refused = [
      changed(() => ({ ...others, rootCaCrl, pckCrl })),
      changed(() => ({ tcbInfoIssuerChain: others.tcbInfoIssuerChain, tcbInfoSignature: others.tcbInfoSignature })),
      changed(({ tcbInfo }) => ({ tcbInfo: flipped(tcbInfo) })),
      changed(({ qeIdentity }) => ({ qeIdentity: flipped(qeIdentity) })),
      changed(({ rootCaCrl: list }) => ({ rootCaCrl: flipped(list) })),
      changed(({ pckCrl: list }) => ({ pckCrl: flipped(list) })),
      changed(() => ({ pckCrl })),
      changed(() => ({ tee: { type: 'Tdx' } })),
      changed(() => ({ tcbInfo: new Uint8Array() })),
      changed(() => ({ tcbInfoIssuerChain: [] })),
    ]
    for (const collateral of refused) equal(bring(chain, collateral), 'Registry.CollateralRefused')
    equal(chain.read(registry.storage.collateralCount), 0)
  })

  it('takes none that is expired or not yet issued (N3, N5)', () => {
    const chain = start()
    const now = clockOf(chain)
    equal(chain.update({ nextUpdate: now - 1 }), 'Registry.CollateralRefused')
    equal(chain.update({ issuedAt: now + 1_000 }), 'Registry.CollateralRefused')
  })

  it('takes none whose root is production-only: a chain without test roots believes no test vendor (N2)', () => {
    const chain = new HardwareChain()
    chain.host.set(registry.storage.testRoots.key(), undefined)
    equal(chain.update(), 'Registry.CollateralRefused')
    equal(strictRegistry.testRoots, undefined)
  })

  it('never goes back: neither in evaluation number nor in the date of any part (N5)', () => {
    const chain = start()
    equal(chain.update({ issuedAt: ISSUED_AT + 100 }), 'ok')
    equal(chain.update({ issuedAt: ISSUED_AT + 100 }), 'Registry.CollateralNotNewer')
    equal(chain.update({ issuedAt: ISSUED_AT + 99 }), 'Registry.CollateralGoesBack')
    const lower = { tcbEvaluationDataNumber: 19 }
    equal(chain.update({ issuedAt: ISSUED_AT + 200, tcbInfo: lower }), 'Registry.CollateralGoesBack')
    equal(chain.update({ issuedAt: ISSUED_AT + 200, qeIdentity: lower }), 'Registry.CollateralGoesBack')
    // A new TCB info with an old list of revocations hides what was revoked since.
    const older = sgxCollateral({ issuedAt: ISSUED_AT + 50 })
    const newer = sgxCollateral({ issuedAt: ISSUED_AT + 200 })
    if (older.type !== 'Dcap' || newer.type !== 'Dcap') throw new Error('not of Intel')
    const mixed: Collateral = { type: 'Dcap', value: { ...newer.value, pckCrl: older.value.pckCrl } }
    equal(bring(chain, mixed), 'Registry.CollateralGoesBack')
    equal(bring(chain, newer), 'ok')
  })

  it('keeps the floor when collateral expires', () => {
    const chain = start()
    equal(chain.update({ issuedAt: ISSUED_AT + 100, nextUpdate: clockOf(chain) + 30 }), 'ok')
    for (let i = 0; i < 15; i++) chain.block()
    equal(chain.update({ issuedAt: ISSUED_AT + 99 }), 'Registry.CollateralGoesBack')
  })

  it('keeps lists of different CAs apart: a genuine list of the other CA says nothing about these platforms', () => {
    const chain = start()
    equal(chain.update(), 'ok')
    equal(chain.register(worker), 'ok')
    equal(chain.update({ issuedAt: ISSUED_AT + 10, ca: 'Processor' }), 'ok')
    equal(chain.worker(worker)?.status.type, 'Active')
    equal(chain.read(registry.storage.collateralCount), 2)
  })

  it('has bounds that are checked before anything is read', () => {
    const fullest = { tcbInfo: limits.collateralText, qeIdentity: limits.collateralText }
    const lists = { rootCaCrl: limits.revocationList, pckCrl: limits.revocationList }
    for (const [part, bound] of Object.entries({ ...fullest, ...lists })) {
      const content = new Uint8Array(bound).fill(0xaa)
      const encoded = Collateral.encode(changed(() => ({ [part]: content })))
      const prefix = t.bytes.encode(content).subarray(0, -bound)
      const at = Buffer.from(encoded).indexOf(Buffer.concat([prefix, content]))
      const longer = t.bytes.encode(new Uint8Array(bound + 1).fill(0xaa))
      const hostile = concatBytes(encoded.subarray(0, at), longer, encoded.subarray(at + prefix.length + bound))
      throws(() => Collateral.decode(hostile), { code: 'codec.too-long' }, part)
    }
  })
})

describe('registry.register with hardware', () => {
  it('needs collateral, then gives level, platform and an end that is not after that of the collateral', () => {
    const chain = start()
    equal(chain.register(worker), 'Registry.CollateralMissing')
    const end = clockOf(chain) + 3_000
    equal(chain.update({ nextUpdate: end }), 'ok')
    equal(chain.register(worker), 'ok')
    const record = chain.worker(worker)
    equal(record?.level, 1)
    equal(record?.tee.type, 'Sgx')
    const blocksLeft = Math.floor((end - clockOf(chain)) / 3)
    equal(record?.expiresAt, chain.number + blocksLeft)
    deepEqual(chain.broken(), [])
  })

  it('refuses a debug enclave, another build, half a report data, another family (N6, N9, N11)', () => {
    const chain = start()
    equal(chain.update(), 'ok')
    const foreign = machine('other family', { fmspc: new Uint8Array(6).fill(7) })
    chain.fund(anyone, foreign.operator.accountId, 10n ** 13n)
    equal(chain.register(foreign), 'Registry.CollateralMissing')
    equal(chain.register({ ...worker, measurement: new Uint8Array(32) } as never), 'Registry.MeasurementUnknown')
  })

  it('refuses a platform without a matching level, and a revoked one (N4, N7)', () => {
    const chain = start()
    equal(chain.update({ revokedPcks: [4711] }), 'ok')
    const ancient = machine('ancient', { components: new Array<number>(16).fill(0) })
    const revoked = machine('revoked', { serial: 4711 })
    for (const { operator } of [ancient, revoked]) chain.fund(anyone, operator.accountId, 10n ** 13n)
    equal(chain.register(ancient), 'Registry.EvidenceRefused')
    equal(chain.register(revoked), 'Registry.EvidenceRefused')
  })

  it('refuses a platform that is out of date, unless the policy gives grace, and then gives the worst level', () => {
    const old = machine('old', { components: OLD })
    const strict = new HardwareChain({ endowed: [old.operator] })
    equal(strict.update(RECOVERY), 'ok')
    equal(strict.register(old), 'Registry.PolicyRefused')
    const graceful = new HardwareChain({ endowed: [old.operator], policy: { sgx: withGrace(2 * DAY) } })
    equal(graceful.update(RECOVERY), 'ok')
    equal(graceful.register(old), 'ok')
    equal(graceful.worker(old)?.level, 5)
  })
})

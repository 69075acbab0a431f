import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testIntel } from '@pha/core/attestation/testing'
import { concatBytes } from '@pha/core/codec'
import { limits } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { RootList } from './collateral-schema.ts'
import { registry } from './schema.ts'
import { clockOf, DAY, HardwareChain, ISSUED_AT, intel, intelRootList, machine } from './test-hardware.ts'

const platformMachine = machine('under the Platform CA', { serial: 3001 })
const processorMachine = machine('under the Processor CA', { serial: 3002, ca: 'Processor' })
const later = ISSUED_AT + 500

/** Two machines of families that differ by their CA. */
function start(): HardwareChain {
  const chain = new HardwareChain({ endowed: [platformMachine.operator, processorMachine.operator] })
  equal(chain.update(), 'ok')
  equal(chain.update({ ca: 'Processor' }), 'ok')
  equal(chain.register(platformMachine), 'ok')
  equal(chain.register(processorMachine), 'ok')
  return chain
}

describe('registry.updateRevocations', () => {
  it('closes the family of a revoked CA at once, and no other', () => {
    const chain = start()
    equal(chain.revoke(intelRootList([intel.serials.Platform], later)), 'ok')
    equal(chain.refusal(platformMachine), 'pck-ca:revoked')
    deepEqual(chain.events('Registry', 'RevocationsUpdated'), [
      { rootKey: intel.pin, from: undefined, to: BigInt(later) },
    ])
    deepEqual(chain.events('Registry', 'WorkerRefused'), [
      { identity: platformMachine.identity.publicKey, reason: 'pck-ca:revoked' },
    ])
    equal(chain.worker(processorMachine)?.status.type, 'Active')
    equal(chain.register(platformMachine), 'Registry.EvidenceRefused')
    equal(chain.register(processorMachine), 'ok')
    deepEqual(chain.broken(), [])
  })

  it('is what the collateral that names the CA cannot bring, and older lists in collateral do not undo', () => {
    const chain = start()
    const revokedByRoot = [intel.serials.Platform]
    equal(chain.update({ issuedAt: later, revokedByRoot }), 'Registry.CollateralRefused')
    equal(chain.worker(platformMachine)?.status.type, 'Active')
    equal(chain.revoke(intelRootList(revokedByRoot, later)), 'ok')
    // Newer in all else, with a genuine list from before the revocation.
    equal(chain.update({ issuedAt: later - 1 }), 'ok')
    equal(chain.refusal(platformMachine), 'pck-ca:revoked')
    deepEqual(chain.broken(), [])
  })

  it('refuses all whose collateral has a revoked signer', () => {
    const chain = start()
    equal(chain.revoke(intelRootList([intel.serials.tcbSigner], later)), 'ok')
    equal(chain.refusal(platformMachine), 'tcbchain:revoked')
    equal(chain.refusal(processorMachine), 'tcbchain:revoked')
  })

  it('changes nothing with a list that names nobody here, nor with one older than that of the collateral', () => {
    const chain = start()
    equal(chain.revoke(intelRootList([intel.serials.Platform], ISSUED_AT - 1)), 'ok')
    equal(chain.worker(platformMachine)?.status.type, 'Active')
    equal(chain.revoke(intelRootList([4711], later)), 'ok')
    equal(chain.worker(platformMachine)?.status.type, 'Active')
  })

  it('opens the family again only by a newer list of the vendor itself', () => {
    const chain = start()
    equal(chain.revoke(intelRootList([intel.serials.Platform], later)), 'ok')
    equal(chain.revoke(intelRootList([], later)), 'Registry.CollateralNotNewer')
    equal(chain.revoke(intelRootList([], later - 1)), 'Registry.CollateralGoesBack')
    equal(chain.refusal(platformMachine), 'pck-ca:revoked')
    equal(chain.revoke(intelRootList([], later + 1)), 'ok')
    deepEqual(chain.worker(platformMachine)?.status, { type: 'Active' })
  })

  it('ends with its list: machines are refused from then on until a newer one comes', () => {
    const chain = start()
    const end = clockOf(chain) + 30
    const crl = intel.root.crl({ thisUpdate: later, nextUpdate: end })
    equal(chain.revoke({ root: intel.root.certificate, crl }), 'ok')
    while (clockOf(chain) <= end) chain.block()
    chain.block()
    equal(chain.refusal(platformMachine), 'root_crl:expired')
    equal(chain.revoke(intelRootList([], later + 1)), 'ok')
    equal(chain.worker(platformMachine)?.status.type, 'Active')
    deepEqual(chain.broken(), [])
  })

  it('takes no list that no trusted root signed, or that is not of now', () => {
    const chain = start()
    const list = intelRootList([intel.serials.Platform], later)
    const other = testIntel('Another Intel').root
    const times = { thisUpdate: later, nextUpdate: ISSUED_AT + 365 * DAY }
    const { certificate: root } = intel.root
    const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
      bytes.map((byte, i) => (i === bytes.length - at ? byte ^ 1 : byte))
    const refused: readonly RootList[] = [
      { root: other.certificate, crl: other.crl(times) },
      { root, crl: other.crl(times) },
      { root: intel.cas.Platform.certificate, crl: intel.cas.Platform.crl(times) },
      { root, crl: intel.cas.Platform.crl(times) },
      { root, crl: flipped(list.crl, 9) },
      { root: flipped(root, 9), crl: list.crl },
      { root, crl: list.crl.subarray(0, -1) },
      { root: new Uint8Array(), crl: list.crl },
      { root, crl: new Uint8Array() },
      { root, crl: intel.root.crl({ thisUpdate: later, nextUpdate: clockOf(chain) - 1 }) },
      { root, crl: intel.root.crl({ thisUpdate: clockOf(chain) + 1_000, nextUpdate: clockOf(chain) + 2_000 }) },
    ]
    for (const each of refused) equal(chain.revoke(each), 'Registry.CollateralRefused')
    equal(chain.read(registry.storage.rootLists, intel.pin), undefined)
    equal(chain.revoke(list), 'ok')
  })

  it('has a bound that is checked before anything is read', () => {
    const { root } = intelRootList()
    const hostile = concatBytes(t.bytes.encode(root), t.bytes.encode(new Uint8Array(limits.revocationList + 1)))
    throws(() => RootList.decode(hostile), { code: 'codec.too-long' })
  })
})

import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type AttestationPolicy,
  checkSnpCollateral,
  productionRoots,
  pureSignatures,
  verifySnpReport,
} from '@pha/core/attestation'
import { testAmd } from '@pha/core/attestation/testing'
import type { Evidence } from '@pha/core/protocol'
import type { Collateral } from './collateral-schema.ts'
import { registry } from './schema.ts'
import { testEnclave } from './test-enclave.ts'
import { anyone, clockOf, DAY, HardwareChain, hardwarePolicy, ISSUED_AT } from './test-hardware.ts'

const amd = testAmd({ product: 'Genoa' })
const chip = amd.machine({ name: 'chip' })
const guest = testEnclave('guest')

const times = { thisUpdate: ISSUED_AT, nextUpdate: ISSUED_AT + 40 * DAY }
const evidence = { report: chip.report(), vek: chip.vek }
const roots = { ...productionRoots, amd: amd.roots.amd }
const context = { now: ISSUED_AT, roots, signatures: pureSignatures }
const checked = checkSnpCollateral(amd.collateral({ crl: times }), context)
if (!checked.ok) throw new Error(checked.reason)
const sample = verifySnpReport(evidence, checked.facts, context)
if (!sample.ok) throw new Error(sample.reason)
const { measurement, committedTcb, committedBuild } = sample.facts

function floor(level: number, changes: Partial<SnpFloor> = {}): SnpFloor {
  const { fmc = 0, bootLoader, tee, snp, microcode } = committedTcb
  return { product: { type: 'Genoa' }, fmc, bootLoader, tee, snp, microcode, ...committedBuild, level, ...changes }
}
type SnpFloor = NonNullable<AttestationPolicy['snp']>['floors'][number]

function withFloors(...floors: readonly SnpFloor[]): Partial<AttestationPolicy> {
  if (hardwarePolicy.snp === undefined) throw new Error('the strict policy has rules for SEV-SNP')
  return { snp: { ...hardwarePolicy.snp, smt: { type: 'Allowed' }, floors } }
}

function start(policy = withFloors(floor(2))): HardwareChain {
  const chain = new HardwareChain({
    endowed: [guest.operator],
    policy,
    testRoots: { genoa: amd.roots.amd.Genoa },
    builds: [['SevSnp', measurement]],
  })
  equal(bring(chain), 'ok')
  return chain
}

function bring(chain: HardwareChain, options: Parameters<typeof amd.collateral>[0] = {}): string {
  const { ask, ark, crl } = amd.collateral({ crl: times, ...options })
  const collateral: Collateral = { type: 'Snp', value: { ask, ark, crl: crl ?? new Uint8Array() } }
  return chain.try(anyone, registry.calls.updateCollateral.encode({ collateral }))
}

const reportOf =
  (machine = chip, fields: Parameters<typeof chip.report>[0] = {}) =>
  (reportData: Uint8Array): Evidence => ({
    type: 'SevSnp',
    value: { report: machine.report({ reportData, ...fields }), vek: machine.vek },
  })

describe('registry.register with a report of SEV-SNP', () => {
  it('takes it at the level of the floor that its firmware meets', () => {
    const chain = start()
    equal(chain.register(guest, reportOf()), 'ok')
    equal(chain.worker(guest)?.level, 2)
    deepEqual(chain.broken(), [])
  })

  it('refuses a committed version below the floor although the reported one is fine (N86)', () => {
    const chain = start()
    const committed = { ...chip.tcb, microcode: chip.tcb.microcode - 1 }
    equal(chain.register(guest, reportOf(chip, { committedTcb: committed })), 'Registry.PolicyRefused')
    equal(
      chain.register(guest, reportOf(chip, { committedBuild: { major: 0, minor: 0, build: 0 } })),
      'Registry.PolicyRefused',
    )
  })

  it('refuses hardware that is not listed where the policy has a list (N84)', () => {
    const platforms = { allowed: [new Uint8Array(32).fill(1)], denied: [] }
    equal(start({ ...withFloors(floor(2)), platforms }).register(guest, reportOf()), 'Registry.PolicyRefused')
  })

  it('refuses a debug guest, a chain of its own, another vendor under the same names (N1, N2, N9)', () => {
    const chain = start()
    equal(chain.register(guest, reportOf(chip, { policy: 0x30000n | (1n << 19n) })), 'Registry.DebugEnclave')
    const other = testAmd({ product: 'Genoa', seed: 'another' })
    equal(chain.register(guest, reportOf(other.machine({ name: 'chip' }))), 'Registry.EvidenceRefused')
    const milan = testAmd({ product: 'Milan' }).machine()
    equal(chain.register(guest, reportOf(milan)), 'Registry.CollateralMissing')
  })

  it('refuses a certificate that is cut anywhere, and a report that is changed anywhere (N10)', () => {
    const chain = start()
    for (const length of [0, 1, 40, chip.vek.length - 1]) {
      const cut = { ...chip, vek: chip.vek.subarray(0, length) }
      equal(chain.register(guest, reportOf(cut)), 'Registry.EvidenceRefused')
    }
    for (const at of [0, 0x90, 0x1a0, 0x2a0]) {
      const changed = (reportData: Uint8Array): Evidence => {
        const report = chip.report({ reportData })
        return {
          type: 'SevSnp',
          value: { report: report.map((byte, i) => (i === at ? byte ^ 1 : byte)), vek: chip.vek },
        }
      }
      equal(chain.register(guest, changed), 'Registry.EvidenceRefused')
    }
  })
})

describe('collateral of AMD', () => {
  it('is judged again: floors that a referendum raises, lists that expire', () => {
    const chain = start()
    equal(chain.register(guest, reportOf()), 'ok')
    const better = floor(1, { microcode: committedTcb.microcode + 1 })
    const policy = { ...hardwarePolicy, ...withFloors(floor(4), better) }
    equal(chain.govern(registry.calls.setPolicy.encode({ policy })), true)
    deepEqual(chain.events('Registry', 'WorkerDowngraded'), [
      { identity: guest.identity.publicKey, from: 2, to: 4, reason: 'floor:Genoa' },
    ])
    equal(chain.govern(registry.calls.setPolicy.encode({ policy: { ...hardwarePolicy, ...withFloors(better) } })), true)
    equal(chain.refusal(guest), 'snp-reported-tcb')
  })

  it('never goes back to an older list (N5), and needs one (N3)', () => {
    const chain = start()
    equal(bring(chain, { crl: { ...times, thisUpdate: ISSUED_AT - 1 } }), 'Registry.CollateralGoesBack')
    equal(bring(chain), 'Registry.CollateralNotNewer')
    equal(bring(chain, { crl: undefined }), 'Registry.CollateralRefused')
    equal(bring(chain, { crl: { ...times, thisUpdate: ISSUED_AT + 1 } }), 'ok')
    equal(
      bring(chain, { crl: { thisUpdate: ISSUED_AT + 2, nextUpdate: clockOf(chain) - 1 } }),
      'Registry.CollateralRefused',
    )
  })

  it('closes the family of an ASK that its ARK revokes, by the list alone', () => {
    const chain = start()
    equal(chain.register(guest, reportOf()), 'ok')
    const crl = { ...times, thisUpdate: ISSUED_AT + 1, revoked: [amd.askSerial] }
    equal(bring(chain, { crl }), 'Registry.CollateralRefused')
    equal(chain.revoke({ root: amd.ark.certificate, crl: amd.ark.crl(crl) }), 'ok')
    equal(chain.refusal(guest), 'ask-revoked')
    equal(bring(chain, { certifies: 'VLEK', crl: { ...crl, thisUpdate: ISSUED_AT + 2 } }), 'ok')
    equal(chain.register(guest, reportOf()), 'Registry.EvidenceRefused')
  })
})

/** Vendors like Intel and AMD that a network of tests plays: what their machines run, and what the vendors publish. */
import { type AttestationPolicy, readClaims, strictPolicy } from '@pha/core/attestation'
import { type CollateralOptions, tcbLevel, testAmd, testIntel } from '@pha/core/attestation/testing'
import { concatBytes } from '@pha/core/codec'
import type { BuiltEnclave } from '@pha/enclave/build'
import type { SimulatedVendors } from '@pha/host/dev'
import { type Collateral, registry } from '@pha/runtime/pallets'

const intel = testIntel()
const amd = testAmd()
const DAY = 86_400
const FIRMWARE = { fmc: 0, bootLoader: 10, tee: 1, snp: 23, microcode: 84, major: 1, minor: 55, build: 40 }

/** Levels 1 for machines of Intel that are up to date, 2 for those of AMD. */
export function playedPolicy(graceSeconds: number): Pick<AttestationPolicy, 'sgx' | 'snp'> {
  const { sgx, snp } = strictPolicy
  if (sgx === undefined || snp === undefined) throw new Error('the strict policy has rules for both')
  const floor = { product: { type: 'Genoa' }, ...FIRMWARE, level: 2 } as const
  return { sgx: { ...sgx, graceSeconds }, snp: { ...snp, floors: [floor] } }
}

export function playedVendors(programs: {
  readonly intel: BuiltEnclave
  readonly amd: BuiltEnclave
}): SimulatedVendors {
  const launched = concatBytes(programs.amd.measurement, new Uint8Array(16))
  const chip = amd.machine()
  const guest = readClaims({ type: 'SevSnp', value: { report: chip.report({ measurement: launched }), vek: chip.vek } })
  if (!guest.ok) throw new Error(guest.reason)
  return {
    testRoots: { intel: [intel.pin], milan: [], genoa: amd.roots.amd.Genoa, turin: [], awsNitro: [] },
    policy: playedPolicy(30 * DAY),
    builds: [
      ['Sgx', programs.intel.measurement],
      ['SevSnp', guest.facts.measurement],
    ],
  }
}

/** Call bytes that bring AMD's collateral, issued at `now`. */
export function amdCollateral(now: number): Uint8Array {
  const { ask, ark, crl = new Uint8Array() } = amd.collateral({ crl: { thisUpdate: now, nextUpdate: now + 30 * DAY } })
  return updateCollateral({ type: 'Snp', value: { ask, ark, crl } })
}

export interface IntelPublishes {
  /** Whether it knows of the fault yet. */
  readonly knowsFault: boolean
  /** Seconds until it publishes again; a month by default. */
  readonly validity?: number
}

/** Call bytes that bring Intel's collateral for SGX, issued at `now`. */
export function intelCollateral(now: number, { knowsFault, validity = 30 * DAY }: IntelPublishes): Uint8Array {
  const options: CollateralOptions = {
    issuedAt: now,
    nextUpdate: now + validity,
    ...(knowsFault && { tcbInfo: { tcbEvaluationDataNumber: 21, tcbLevels: recovery(now) } }),
  }
  const { pckCertificateChain: _, rootCaCrl, pckCrl, ...parts } = intel.collateral('Sgx', options)
  if (rootCaCrl === undefined || pckCrl === undefined) throw new Error('collateral without lists')
  return updateCollateral({ type: 'Dcap', value: { tee: { type: 'Sgx' }, ...parts, rootCaCrl, pckCrl } })
}

/** Yesterday an update came out that none of the machines has. */
function recovery(now: number): readonly object[] {
  const dateOf = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
  const fixed = [10, 10, 2, 2, 4, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0]
  return [
    tcbLevel('Sgx', { components: fixed, tcbDate: dateOf(now - DAY) }),
    tcbLevel('Sgx', { tcbDate: dateOf(now - 300 * DAY), tcbStatus: 'OutOfDate', advisoryIDs: ['INTEL-SA-09999'] }),
  ]
}

function updateCollateral(collateral: Collateral): Uint8Array {
  return registry.calls.updateCollateral.encode({ collateral })
}

import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type AttestationPolicy, readClaims, strictPolicy } from '@pha/core/attestation'
import { type CollateralOptions, tcbLevel } from '@pha/core/attestation/testing'
import type { Evidence } from '@pha/core/protocol'
import { registry } from './schema.ts'
import { testEnclave } from './test-enclave.ts'
import { anyone, DAY, HardwareChain, ISSUED_AT, intel, intelCollateral, RECOVERED_AT } from './test-hardware.ts'

const hardware = intel.platform({ name: 'trust domains' })
const domain = testEnclave('domain')
const seventhModule = Uint8Array.of(7, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
const sample = readClaims({ type: 'Tdx', value: hardware.tdxQuote() })
if (!sample.ok) throw new Error(sample.reason)
const { measurement } = sample.facts

const moduleOfIntel = { mrsigner: '00'.repeat(48), attributes: '00'.repeat(8), attributesMask: 'FF'.repeat(8) }
const upToDate = { tcbStatus: 'UpToDate', tcbDate: '2023-08-09T00:00:00Z' }

/** The platform has all fixes at both times; its module is one of those that the vendor stops to accept. */
function moduleLevels(...tcbLevels: readonly object[]): NonNullable<CollateralOptions['tcbInfo']> {
  const tdxModuleIdentities = [{ id: 'TDX_01', ...moduleOfIntel, tcbLevels }]
  return { tdxModuleIdentities, tcbLevels: [tcbLevel('Tdx', upToDate)] }
}

const before: CollateralOptions = { tcbInfo: moduleLevels({ tcb: { isvsvn: 6 }, ...upToDate }) }
const recovery: CollateralOptions = {
  issuedAt: ISSUED_AT + 1_000,
  tcbInfo: moduleLevels(
    { tcb: { isvsvn: 8 }, tcbStatus: 'UpToDate', tcbDate: '2023-11-13T00:00:00Z' },
    { tcb: { isvsvn: 6 }, tcbStatus: 'OutOfDate', tcbDate: '2023-08-09T00:00:00Z', advisoryIDs: ['INTEL-SA-00003'] },
  ),
}

function bring(chain: HardwareChain, options: CollateralOptions): string {
  const collateral = intelCollateral('Tdx', options)
  return chain.try(anyone, registry.calls.updateCollateral.encode({ collateral }))
}

const quoted =
  (td: Parameters<typeof hardware.tdxQuote>[0] = {}) =>
  (reportData: Uint8Array): Evidence => ({
    type: 'Tdx',
    value: hardware.tdxQuote({ teeTcbSvn: seventhModule, reportData, ...td }),
  })

function start(graceSeconds = 0): HardwareChain {
  const { tdx } = strictPolicy
  if (tdx === undefined) throw new Error('the strict policy has rules for TDX')
  const policy: Partial<AttestationPolicy> = { tdx: { ...tdx, dcap: { ...tdx.dcap, graceSeconds } } }
  const chain = new HardwareChain({ endowed: [domain.operator], policy, builds: [['Tdx', measurement]] })
  equal(bring(chain, before), 'ok')
  return chain
}

describe('registry.register with a quote of a trust domain', () => {
  it('takes it by collateral for TDX; that for SGX on the same platforms does not count', () => {
    const chain = new HardwareChain({ endowed: [domain.operator], builds: [['Tdx', measurement]] })
    equal(chain.update(), 'ok')
    equal(chain.register(domain, quoted()), 'Registry.CollateralMissing')
    equal(bring(chain, before), 'ok')
    equal(chain.register(domain, quoted()), 'ok')
    deepEqual([chain.worker(domain)?.level, chain.worker(domain)?.tee.type], [1, 'Tdx'])
    deepEqual(chain.broken(), [])
  })

  it('refuses a domain that its host can debug or interrupt, and one of another launch', () => {
    const chain = start()
    const debugged = quoted({ tdAttributes: Uint8Array.of(1, 0, 0, 0x10, 0, 0, 0, 0) })
    equal(chain.register(domain, debugged), 'Registry.DebugEnclave')
    equal(chain.register(domain, quoted({ tdAttributes: new Uint8Array(8) })), 'Registry.PolicyRefused')
    equal(chain.register(domain, quoted({ rtmr3: new Uint8Array(48).fill(1) })), 'Registry.MeasurementUnknown')
  })
})

describe('newer collateral for TDX', () => {
  it('refuses a domain whose module is out of date although its platform is not, until it comes with a new module', () => {
    const chain = start()
    equal(chain.register(domain, quoted()), 'ok')
    equal(bring(chain, recovery), 'ok')
    equal(chain.refusal(domain), 'out-of-date')
    const eighth = Uint8Array.from(seventhModule, (svn, i) => (i === 0 ? 8 : svn))
    equal(chain.register(domain, quoted()), 'Registry.PolicyRefused')
    equal(chain.register(domain, quoted({ teeTcbSvn: eighth })), 'ok')
    deepEqual(chain.worker(domain)?.status, { type: 'Active' })
    deepEqual(chain.broken(), [])
  })

  it('lowers its level where the policy gives grace', () => {
    const chain = start(ISSUED_AT + DAY - RECOVERED_AT)
    equal(chain.register(domain, quoted()), 'ok')
    equal(bring(chain, recovery), 'ok')
    deepEqual(chain.events('Registry', 'WorkerDowngraded'), [
      { identity: domain.identity.publicKey, from: 1, to: 5, reason: 'grace:OutOfDate' },
    ])
  })
})

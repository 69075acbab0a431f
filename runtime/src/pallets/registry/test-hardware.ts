/** For tests: a chain that believes a vendor like Intel, its machines, and what that vendor publishes about them. */
import { type AttestationPolicy, strictPolicy } from '@pha/core/attestation'
import {
  type CollateralOptions,
  type TestIntel,
  type TestPlatform,
  tcbLevel,
  testIntel,
} from '@pha/core/attestation/testing'
import type { Keypair } from '@pha/core/crypto'
import { type Evidence, type Registration, reportData } from '@pha/core/protocol'
import { TestChain, type TestChainOptions } from '../../chain/test-chain.ts'
import { chainTypes } from '../schemas.ts'
import { sudo } from '../sudo/schema.ts'
import type { Collateral, RootList, TestRoots } from './collateral-schema.ts'
import { type Measurement, registry, strictRegistry, type Worker } from './schema.ts'
import {
  evidenceFor,
  registrationOf,
  simulatedRoot,
  type TestEnclave,
  testEnclave,
  testKeypair,
  WORKER_BUILD,
} from './test-enclave.ts'

export const intel: TestIntel = testIntel()
export const anyone = testKeypair('sr25519', 'anyone')
export const governor = testKeypair('sr25519', 'governor')
export const DAY = 86_400
/** Shortly before the clock of `TestChain` begins. */
export const ISSUED_AT = 1_699_990_000

/** Of `TestChain`, seconds. */
export function clockOf(chain: TestChain): number {
  return 1_700_000_000 + 3 * chain.number
}

export const hardwarePolicy: AttestationPolicy = {
  ...strictPolicy,
  simulated: { roots: [simulatedRoot.publicKey], level: 5 },
  maxEvidenceBlocks: 20,
  validityBlocks: 10_000,
}

const build: Measurement = {
  kind: { type: 'Worker' },
  tee: { type: 'Sgx' },
  build: 'test',
  activeFrom: 0,
  retiredFrom: undefined,
}

/** A build for SGX is its MRENCLAVE; another one runs in the simulated TEE. */
export const SGX_BUILD = new Uint8Array(32).fill(0x53)

export interface Machine extends TestEnclave {
  readonly platform: Keypair
  readonly hardware: TestPlatform
}

/** A machine like those of Intel, with an enclave. */
export function machine(name: string, options: Parameters<TestIntel['platform']>[0] = {}): Machine {
  return { ...testEnclave(name, SGX_BUILD), hardware: intel.platform({ name, ...options }) }
}

const NO_ROOTS: TestRoots = { intel: [], milan: [], genoa: [], turin: [], awsNitro: [] }

export interface HardwareChainOptions extends TestChainOptions {
  readonly policy?: Partial<AttestationPolicy>
  readonly testRoots?: Partial<TestRoots>
  /** More builds that are allowed. */
  readonly builds?: readonly (readonly [tee: Evidence['type'], measurement: Uint8Array])[]
}

export class HardwareChain extends TestChain {
  constructor({ policy = {}, testRoots = {}, builds = [], ...options }: HardwareChainOptions = {}) {
    super({
      sudo: { key: governor.accountId },
      ...options,
      endowed: [anyone, governor, ...(options.endowed ?? [])],
      registry: {
        ...strictRegistry,
        policy: { ...hardwarePolicy, ...policy },
        testRoots: { ...NO_ROOTS, intel: [intel.pin], ...testRoots },
        noticeBlocks: 10,
        measurements: [
          { measurement: SGX_BUILD, allowed: build },
          { measurement: WORKER_BUILD, allowed: { ...build, tee: { type: 'Simulated' } } },
          ...builds.map(([tee, measurement]) => ({ measurement, allowed: { ...build, tee: { type: tee } } })),
        ],
      },
    })
    this.block()
  }

  /** The outcome of one transaction in a block of its own. */
  try(from: Keypair, call: Uint8Array): string {
    return this.block([from, call])[0] ?? 'not in the block'
  }

  update(options: CollateralOptions = {}): string {
    return this.try(anyone, registry.calls.updateCollateral.encode({ collateral: sgxCollateral(options) }))
  }

  revoke(list: RootList): string {
    return this.try(anyone, registry.calls.updateRevocations.encode({ list }))
  }

  register(enclave: TestEnclave | Machine, made?: (reportData: Uint8Array) => Evidence): string {
    const registration = registrationOf(enclave, this.hash)
    const evidence =
      made?.(reportData(this.genesis, registration)) ??
      ('hardware' in enclave
        ? sgxEvidence(enclave, this.genesis, registration)
        : evidenceFor(enclave, this.genesis, registration))
    const call = registry.calls.register.encode({ registration, evidence, endpoint: '' })
    return this.try(enclave.operator, call)
  }

  /** As a referendum would: whether the call succeeded. */
  govern(call: Uint8Array): boolean {
    const outcome = this.try(governor, sudo.calls.sudo.encode({ call: chainTypes.RuntimeCall.decode(call) }))
    const [event] = this.events('Sudo', 'Sudid') as [{ readonly sudoResult: { readonly ok: boolean } } | undefined]
    return outcome === 'ok' && event?.sudoResult.ok === true
  }

  /** Why an enclave is refused. */
  refusal(enclave: TestEnclave): string | undefined {
    const status = this.worker(enclave)?.status
    return status?.type === 'Refused' ? status.value.reason : undefined
  }

  worker({ identity }: TestEnclave): Worker | undefined {
    return this.read(registry.storage.workers, identity.publicKey)
  }
}

export function sgxEvidence(
  { hardware, measurement }: Machine,
  genesis: Uint8Array,
  registration: Registration,
): Evidence {
  const quoted = { mrEnclave: measurement, reportData: reportData(genesis, registration) }
  return { type: 'Sgx', value: hardware.sgxQuote(quoted) }
}

/** Components of a platform that has all fixes of collateral before the recovery. */
export const OLD: readonly number[] = [8, 8, 2, 2, 4, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0]

const beforeIt = tcbLevel('Sgx', { components: OLD, tcbDate: '2023-08-09T00:00:00Z', tcbStatus: 'UpToDate' })
/** What the vendor says before it finds the fault, and after: the recovery is of the day before the clock begins. */
export const BEFORE: CollateralOptions = { tcbInfo: { tcbEvaluationDataNumber: 20, tcbLevels: [beforeIt] } }
export const RECOVERY: CollateralOptions = {
  issuedAt: ISSUED_AT + 1_000,
  tcbInfo: {
    tcbEvaluationDataNumber: 21,
    tcbLevels: [
      tcbLevel('Sgx', { tcbDate: '2023-11-13T00:00:00Z', tcbStatus: 'UpToDate' }),
      tcbLevel('Sgx', {
        components: OLD,
        tcbDate: '2023-08-09T00:00:00Z',
        tcbStatus: 'OutOfDate',
        advisoryIDs: ['INTEL-SA-00002'],
      }),
    ],
  },
}

/** 2023-11-13, the date of the recovery. */
export const RECOVERED_AT = 1_699_833_600

export function withGrace(graceSeconds: number): NonNullable<AttestationPolicy['sgx']> {
  if (hardwarePolicy.sgx === undefined) throw new Error('the strict policy has rules for SGX')
  return { ...hardwarePolicy.sgx, graceSeconds }
}

/** For SGX machines of the one family there is; of now and for a month unless `options` says otherwise. */
export function sgxCollateral(options: CollateralOptions = {}): Collateral {
  return intelCollateral('Sgx', options)
}

export function intelCollateral(tee: 'Sgx' | 'Tdx', options: CollateralOptions = {}): Collateral {
  const times = { issuedAt: ISSUED_AT, nextUpdate: ISSUED_AT + 30 * DAY }
  const { pckCertificateChain: _, rootCaCrl, pckCrl, ...parts } = intel.collateral(tee, { ...times, ...options })
  if (rootCaCrl === undefined || pckCrl === undefined) throw new Error('collateral without lists')
  return { type: 'Dcap', value: { tee: { type: tee }, ...parts, rootCaCrl, pckCrl } }
}

/** What the root of the vendor has revoked, by serial numbers; of now and for a year. */
export function intelRootList(revoked: readonly number[] = [], issuedAt = ISSUED_AT): RootList {
  const crl = intel.root.crl({ revoked, thisUpdate: issuedAt, nextUpdate: ISSUED_AT + 365 * DAY })
  return { root: intel.root.certificate, crl }
}

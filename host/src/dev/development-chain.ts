/** The chain of a development network: well-known rich accounts, its operators, and the SIMULATED TEE. */
import {
  type AttestationPolicy,
  developmentSimulatedRoot,
  strictPolicy,
  WORST_LEVEL,
} from '@pha/core/attestation/schema'
import { deriveDevAccount } from '@pha/core/crypto'
import type { Tee } from '@pha/core/protocol'
import { PHA, strictRegistry, type TestRoots } from '@pha/runtime/pallets'
import { type ChainSpec, chainSpec } from '../node/chain-spec.ts'

export interface Measurements {
  /** SHA-256 of each bundle that may run workers; tests allow several. */
  readonly worker: readonly Uint8Array[]
  readonly gatekeeper: readonly Uint8Array[]
}

export interface DevelopmentChain {
  /** Of the first runtime. */
  readonly code: Uint8Array
  /** ed25519 public key of the solo engine. */
  readonly authority: Uint8Array
  /** Accounts that pay for what workers say on chain. */
  readonly operators: readonly Uint8Array[]
  /** Accounts whose gatekeepers are admitted from the start, and how many of these release a key together. */
  readonly gatekeepers?: { readonly operators: readonly Uint8Array[]; readonly threshold: number }
  readonly measurements: Measurements
  /** More accounts with their balances in planck. */
  readonly endowments?: readonly (readonly [account: Uint8Array, balance: bigint])[]
  readonly vendors?: SimulatedVendors
}

/** Vendors of hardware that the network plays: whom it believes as if they were real, and what their machines may run. */
export interface SimulatedVendors {
  readonly testRoots: TestRoots
  /** Differences from the strict policy. */
  readonly policy: Partial<AttestationPolicy>
  readonly builds: readonly (readonly [tee: Tee['type'], measurement: Uint8Array])[]
}

/** Accounts whose secrets everybody knows, as on every Substrate development chain. */
export const DEV_ACCOUNTS = ['//Alice', '//Bob', '//Charlie', '//Dave', '//Eve', '//Ferdie'] as const

const DEV_BALANCE = 1_000_000n * PHA
/** An operator's fees of years: a commit costs about a thousandth of a PHA. */
const OPERATOR_BALANCE = 10_000n * PHA

/** Shares are made anew after an hour at 3 s: often enough that whoever develops for a day sees it happen. */
const REFRESH_BLOCKS = 1_200

/**
 * The specification of a development chain. It admits the simulated TEE and is worth nothing.
 *
 * @example
 * const spec = developmentChain({ code, authority: keypair.publicKey, operators, measurements })
 */
export function developmentChain({
  code,
  authority,
  operators,
  gatekeepers: { operators: gatekeeperOperators, threshold } = { operators: [], threshold: 1 },
  measurements,
  endowments = [],
  vendors,
}: DevelopmentChain): ChainSpec {
  const allowed = (kind: 'Worker' | 'Gatekeeper', measurement: Uint8Array, tee: Tee['type'] = 'Simulated') => ({
    measurement,
    allowed: {
      kind: { type: kind },
      tee: { type: tee },
      build: 'development',
      activeFrom: 0,
      retiredFrom: undefined,
    } as const,
  })
  return chainSpec('Phala Development (SIMULATED TEE)', 'Development', code, {
    timestamp: { now: 0n },
    balances: {
      endowments: [
        ...DEV_ACCOUNTS.map((path) => [deriveDevAccount(path).accountId, DEV_BALANCE] as const),
        ...[...operators, ...gatekeeperOperators].map((account) => [account, OPERATOR_BALANCE] as const),
        ...endowments,
      ],
    },
    consensus: { authority },
    registry: {
      ...strictRegistry,
      policy: {
        ...strictPolicy,
        ...vendors?.policy,
        simulated: { roots: [developmentSimulatedRoot], level: WORST_LEVEL },
      },
      testRoots: vendors?.testRoots,
      measurements: [
        ...measurements.worker.map((measurement) => allowed('Worker', measurement)),
        ...measurements.gatekeeper.map((measurement) => allowed('Gatekeeper', measurement)),
        ...(vendors?.builds ?? []).map(([tee, measurement]) => allowed('Worker', measurement, tee)),
      ],
    },
    gatekeepers: {
      target: { members: Math.max(gatekeeperOperators.length, 1), threshold, refreshBlocks: REFRESH_BLOCKS },
      operators: gatekeeperOperators,
    },
    sudo: { key: deriveDevAccount('//Alice').accountId },
  })
}

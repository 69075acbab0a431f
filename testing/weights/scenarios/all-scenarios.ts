/** Every scenario by the name of its call, `Pallet.call`. */
import type { AnyPallet } from '@pha/runtime/frame'
import { chainTypes } from '@pha/runtime/pallets'
import type { Scenario } from '../scenario.ts'
import { balancesScenarios, systemScenarios, timestampScenarios } from './basics.ts'
import { multisigScenarios, proxyScenarios, sudoScenarios, utilityScenarios } from './carriers.ts'
import { contractsScenarios, registryScenarios } from './enclaves.ts'
import { gatekeepersScenarios } from './gatekeepers.ts'
import { preimageScenarios, schedulerScenarios } from './later.ts'
import { permitsScenarios } from './permits.ts'
import { upgradeScenarios } from './upgrades.ts'

const BY_PALLET: { readonly [pallet: string]: { readonly [call: string]: Scenario } } = {
  System: { ...systemScenarios, ...upgradeScenarios },
  Timestamp: timestampScenarios,
  Balances: balancesScenarios,
  Registry: registryScenarios,
  Contracts: contractsScenarios,
  Gatekeepers: gatekeepersScenarios,
  Sudo: sudoScenarios,
  Utility: utilityScenarios,
  Proxy: proxyScenarios,
  Multisig: multisigScenarios,
  Preimage: preimageScenarios,
  Scheduler: schedulerScenarios,
  Permits: permitsScenarios,
}

/** @example allScenarios().find(([name]) => name === 'Balances.transferKeepAlive') */
export function allScenarios(): (readonly [name: string, scenario: Scenario])[] {
  return Object.entries(BY_PALLET).flatMap(([pallet, calls]) =>
    Object.entries(calls).map(([call, scenario]) => [`${pallet}.${call}`, scenario] as const),
  )
}

/** Calls of the chain that no scenario makes, and scenarios of calls that do not exist. */
export function unmatched(): { readonly missing: string[]; readonly unknown: string[] } {
  const calls = (chainTypes.pallets as readonly AnyPallet[]).flatMap(({ name, calls }) =>
    Object.keys(calls).map((call) => `${name}.${call}`),
  )
  const known = new Set(allScenarios().map(([name]) => name))
  return {
    missing: calls.filter((call) => !known.has(call)),
    unknown: [...known].filter((name) => !calls.includes(name)),
  }
}

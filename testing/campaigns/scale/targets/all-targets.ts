/** Everything that a stranger can send as bytes. Types are found in what the packages export, so none is forgotten. */
import * as contract from '@pha/contract'
import * as protocol from '@pha/core/protocol'
import type { Type } from '@pha/core/schema'
import { HealthCohort } from '@pha/health-cohort'
import * as chain from '@pha/runtime/chain'
import * as pallets from '@pha/runtime/pallets'
import { type Target, typeTarget } from '../target.ts'
import { attestationTargets } from './attestation-targets.ts'
import { chainTargets } from './chain-targets.ts'
import { cryptoTargets } from './crypto-targets.ts'
import { proofTargets } from './proof-targets.ts'
import { streamTargets } from './stream-targets.ts'

/**
 * @example
 * for (const { name } of allTargets()) console.log(name)
 */
export function allTargets(): Target[] {
  const types = [
    ...typesIn('protocol', protocol),
    ...typesIn('HostResponse', protocol.HostResponse),
    ...typesIn('EnclaveResponse', protocol.EnclaveResponse),
    ...typesIn('contract', contract),
    ...typesIn('chain', chain),
    ...typesIn('pallets', pallets),
    ...palletTypes(),
    ...methodTypes(),
  ]
  // Some are exported twice, and some hold no bytes at all, so that only the empty input is valid: one is enough.
  const distinct = new Map(types.map(([name, type]) => [type, name]).reverse() as [Type<unknown>, string][])
  const byType = [...distinct].reverse().map(([type, name]) => typeTarget(name, type))
  return [
    ...byType,
    ...chainTargets(),
    ...proofTargets(),
    ...streamTargets(),
    ...cryptoTargets(),
    ...attestationTargets(),
  ]
}

type NamedType = readonly [name: string, type: Type<unknown>]

function typesIn(prefix: string, exported: object): NamedType[] {
  return Object.entries(exported)
    .filter((entry): entry is [string, Type<unknown>] => isType(entry[1]))
    .map(([name, type]) => [`${prefix}.${name}`, type])
}

/** Calls and events of each pallet alone: as a part of `RuntimeCall`, a small pallet would get few inputs. */
function palletTypes(): NamedType[] {
  return [...pallets.chainTypes.palletTypes].flatMap(([{ name }, { call, event }]) => [
    ...(call === undefined ? [] : [[`pallets.${name}.Call`, call] as const]),
    ...(event === undefined ? [] : [[`pallets.${name}.Event`, event] as const]),
  ])
}

/** The arguments of a real contract's methods: what `Call.args` holds. */
function methodTypes(): NamedType[] {
  const { init, commands, jobs, queries } = HealthCohort.interface
  return Object.entries({ init, ...commands, ...jobs, ...queries }).map(([name, { args }]) => [
    `health-cohort.${name}`,
    contract.argsType(args),
  ])
}

function isType(value: unknown): value is Type<unknown> {
  return typeof value === 'object' && value !== null && 'shape' in value && 'decode' in value && 'smallest' in value
}

/** Any call of any pallet, with calls inside calls, from the declarations alone: a new call is covered when it exists. */
import { toHex } from '@pha/core/codec'
import type { Type } from '@pha/core/schema'
import type { AnyCall, AnyPallet } from '@pha/runtime/frame'
import { chainTypes, RuntimeCall } from '@pha/runtime/pallets'
import type { Random } from '../campaigns/scale/random.ts'
import { fieldsOf, type Surroundings } from './random-value.ts'

/** Deeper than any sensible use, and below the sixteen that the reader allows. */
const MAX_DEPTH = 5

const PALLETS = (chainTypes.pallets as readonly AnyPallet[]).filter(({ calls }) => Object.keys(calls).length > 0)
const CARRIERS = new Set(['Sudo', 'Utility', 'Proxy', 'Multisig', 'Scheduler', 'Preimage'])
const PLAIN = PALLETS.filter(({ name }) => !CARRIERS.has(name))

/** What a caller knows of the chain. */
export type Known = Pick<Surroundings, 'accounts' | 'ids' | 'block'>

/**
 * Every pallet is as likely as every other one, and every call within it.
 * @example
 * const call = randomCall(seededRandom(1, 'calls'), { accounts, ids: [], block: 7 })
 */
export function randomCall(random: Random, known: Known): AnyCall {
  const around: Surroundings = {
    ...known,
    call: (more, depth) => callAt(more, around, depth),
    encode: encodeCall,
  }
  return callAt(random, around, 0)
}

/** The bytes of a call, as an extrinsic carries them. */
export function encodeCall(call: AnyCall): Uint8Array {
  return (RuntimeCall as Type<AnyCall>).encode(call)
}

/** A call for people to read: bytes as hexadecimal, cut where they get long. */
export function describeCall(call: AnyCall): string {
  return JSON.stringify(call, (_, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`
    if (!(part instanceof Uint8Array)) return part
    const hex = toHex(part)
    return hex.length > 80 ? `${hex.slice(0, 66)}... (${part.length} bytes)` : hex
  })
}

function callAt(random: Random, around: Surroundings, depth: number): AnyCall {
  const { name, calls } = random.pick(depth < MAX_DEPTH && !(depth > 0 && random.oneIn(2)) ? PALLETS : PLAIN)
  const [type, { fields }] = random.pick(Object.entries(calls))
  return { type: name, value: { type, value: fieldsOf(fields, random, around, depth) } }
}

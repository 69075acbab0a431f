/** What a call is and what it may cost, before it runs. */

import type { Fields } from '@pha/core/schema'
import type { AnyPallet, Call, OriginKind } from '../frame/declare.ts'
import type { DispatchClass, DispatchInfo } from '../pallets/system/schema.ts'
import { system } from '../pallets/system/schema.ts'

export interface CallInfo {
  readonly origin: OriginKind
  readonly class: DispatchClass['type']
  /** Computation and database accesses, in picoseconds. */
  readonly refTime: bigint
}

/** A call of any pallet, as the outer type decodes it. */
export interface DecodedCall {
  readonly type: string
  readonly value: { readonly type: string; readonly value: unknown }
}

/** Finds a decoded call in its declaration. Inherents are what only a block's author may add. */
export function callInfo(pallets: readonly AnyPallet[], call: DecodedCall): CallInfo {
  const declared = pallets.find(({ name }) => name === call.type)?.calls[call.value.type]
  if (declared === undefined) throw new Error(`${call.type}.${call.value.type} was decoded but is not declared`)
  return { origin: declared.origin, class: classOf(declared), refTime: refTimeOf(declared) }
}

/** As events show it. */
export function dispatchInfo(info: CallInfo): DispatchInfo {
  return {
    weight: { refTime: info.refTime, proofSize: 0n },
    class: { type: info.class },
    paysFee: { type: info.class === 'Mandatory' ? 'No' : 'Yes' },
  }
}

function classOf({ origin }: Call<Fields, OriginKind>): DispatchClass['type'] {
  if (origin === 'none') return 'Mandatory'
  return origin === 'root' ? 'Operational' : 'Normal'
}

function refTimeOf({ weight }: Call<Fields, OriginKind>): bigint {
  const { read, write } = system.constants.dbWeight.value
  return weight.refTime + BigInt(weight.reads) * read + BigInt(weight.writes) * write
}

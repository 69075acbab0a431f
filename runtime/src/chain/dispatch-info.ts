/** What a call is and what it may cost, before it runs. */

import type { Fields } from '@pha/core/schema'
import type { AnyCall, AnyPallet, Call, OriginKind } from '../frame/declare.ts'
import type { CallCost } from '../frame/dispatcher.ts'
import type { DispatchInfo } from '../pallets/system/schema.ts'
import { system } from '../pallets/system/schema.ts'

export interface CallInfo extends CallCost {
  readonly origin: OriginKind
}

/** Weights are u64; a call that states more can't be in a block anyway. */
const MAX_REF_TIME = 0xffff_ffff_ffff_ffffn

/** Finds a decoded call in its declaration, with the calls that it carries. Inherents are what only a block's author may add. */
export function callInfo(pallets: readonly AnyPallet[], call: AnyCall): CallInfo {
  const declared = pallets.find(({ name }) => name === call.type)?.calls[call.value.type]
  if (declared === undefined) throw new Error(`${call.type}.${call.value.type} was decoded but is not declared`)
  const { calls, uncounted, refTime: added = 0n } = declared.adds?.(call.value.value as never) ?? {}
  const carried = (calls ?? uncounted)?.map((inner) => callInfo(pallets, inner))
  const inside = calls === undefined ? undefined : carried?.reduce((sum, inner) => sum + inner.refTime, 0n)
  const refTime = ownRefTime(declared) + added + (inside ?? 0n)
  return {
    origin: declared.origin,
    class: carried === undefined ? ownClass(declared) : carriedClass(carried),
    refTime: refTime > MAX_REF_TIME ? MAX_REF_TIME : refTime,
  }
}

/** As events show it. */
export function dispatchInfo(info: CallInfo): DispatchInfo {
  return {
    weight: { refTime: info.refTime, proofSize: 0n },
    class: { type: info.class },
    paysFee: { type: info.class === 'Mandatory' ? 'No' : 'Yes' },
  }
}

function ownClass({ origin }: Call<Fields, OriginKind>): CallCost['class'] {
  if (origin === 'none') return 'Mandatory'
  return origin === 'root' ? 'Operational' : 'Normal'
}

/** Never mandatory: an inherent inside a call does not run, and must not lift the limits of a block. */
function carriedClass(carried: readonly CallInfo[]): CallCost['class'] {
  return carried.length > 0 && carried.every((inner) => inner.class === 'Operational') ? 'Operational' : 'Normal'
}

function ownRefTime({ weight }: Call<Fields, OriginKind>): bigint {
  const { read, write } = system.constants.dbWeight.value
  return weight.refTime + BigInt(weight.reads) * read + BigInt(weight.writes) * write
}

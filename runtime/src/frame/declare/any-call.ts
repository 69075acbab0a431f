/** Calls inside calls: a pallet can't know all pallets, so it declares `AnyCall`, and the chain's types say what that is. */
import { CodecError } from '@pha/core/codec'
import { type Type, t } from '@pha/core/schema'

/** A call of any pallet, as `RuntimeCall` decodes it: pallet, call, arguments. */
export interface AnyCall {
  readonly type: string
  readonly value: { readonly type: string; readonly value: unknown }
}

let runtimeCall: Type<AnyCall> | undefined

/**
 * The chain's `RuntimeCall`, before the chain is composed. The reader bounds how deep calls nest and how many one input
 * holds, so what was decoded may be walked by recursion.
 * @example
 * calls: { batch: call(0, { calls: t.boundedVec(AnyCall, 512) }, 'Many calls in one.') }
 */
export const AnyCall: Type<AnyCall> = t.lazy('RuntimeCall', tied, 2)

/**
 * Says what `AnyCall` is. Once in a program: two chains whose calls carry calls need two programs.
 * @throws CodecError `codec.wrong-type` the second time
 */
export function tieAnyCall(to: Type<AnyCall>): void {
  if (runtimeCall !== undefined) throw new CodecError('codec.wrong-type', 'the calls of a chain were composed before')
  runtimeCall = to
}

function tied(): Type<AnyCall> {
  if (runtimeCall === undefined) throw new CodecError('codec.wrong-type', 'no chain was composed')
  return runtimeCall
}

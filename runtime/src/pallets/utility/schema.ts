/** Utility: many calls in one, and calls as somebody else. Names and layouts are Substrate's. */
import { t } from '@pha/core/schema'
import { AnyCall, call, constant, pallet, Weight } from '../../frame/declare.ts'
import { DispatchError, DispatchResult } from '../../frame/dispatch-error.ts'
import { OriginCaller } from '../../frame/origin-caller.ts'
import { WEIGHTS } from '../weights.ts'
import { MAX_BATCHED_CALLS } from './limits.ts'

/** Each call inside costs a layer of the overlay and an event besides. */
function batched(perUnit: bigint) {
  return ({ calls }: { readonly calls: readonly AnyCall[] }) => ({ calls, refTime: perUnit * BigInt(calls.length) })
}

const carried = (args: { readonly call: AnyCall }) => ({ calls: [args.call] })

export const utility = pallet({
  name: 'Utility',
  index: 20,
  docs: 'Many calls in one, and calls as somebody else.',
  constants: {
    batchedCallsLimit: constant(
      t.u32,
      MAX_BATCHED_CALLS,
      'A payroll; half of the nested calls that one extrinsic may hold.',
    ),
  },
  calls: {
    batch: call(0, { calls: t.vec(AnyCall) }, 'Make calls until one fails; those before it count.', {
      origin: 'signedOrRoot',
      weight: WEIGHTS.Utility.batch,
      adds: batched(WEIGHTS.Utility.batch.perUnit),
    }),
    asDerivative: call(1, { index: t.u16, call: AnyCall }, "Make a call as one of the caller's numbered accounts.", {
      weight: WEIGHTS.Utility.asDerivative,
      adds: carried,
    }),
    batchAll: call(2, { calls: t.vec(AnyCall) }, 'Make all calls, or none if one fails.', {
      origin: 'signedOrRoot',
      weight: WEIGHTS.Utility.batchAll,
      adds: batched(WEIGHTS.Utility.batchAll.perUnit),
    }),
    dispatchAs: call(3, { asOrigin: OriginCaller, call: AnyCall }, 'Make a call as any caller.', {
      origin: 'root',
      weight: WEIGHTS.Utility.dispatchAs,
      adds: carried,
    }),
    forceBatch: call(4, { calls: t.vec(AnyCall) }, 'Make all calls, whichever fail.', {
      origin: 'signedOrRoot',
      weight: WEIGHTS.Utility.forceBatch,
      adds: batched(WEIGHTS.Utility.forceBatch.perUnit),
    }),
    withWeight: call(5, { call: AnyCall, weight: Weight }, 'Make a call as root, at a weight of your own choice.', {
      origin: 'root',
      weight: WEIGHTS.Utility.withWeight,
      adds: (args) => ({ uncounted: [args.call], refTime: args.weight.refTime }),
    }),
    ifElse: call(6, { main: AnyCall, fallback: AnyCall }, 'Make a call, or another one if it fails.', {
      origin: 'signedOrRoot',
      weight: WEIGHTS.Utility.ifElse,
      adds: ({ main, fallback }) => ({ calls: [main, fallback] }),
    }),
    dispatchAsFallible: call(
      7,
      { asOrigin: OriginCaller, call: AnyCall },
      'Make a call as any caller, and fail as it fails.',
      { origin: 'root', weight: WEIGHTS.Utility.dispatchAsFallible, adds: carried },
    ),
  },
  events: {
    BatchInterrupted: [{ index: t.u32, error: DispatchError }, 'A batch ended at this call, which failed.'],
    BatchCompleted: [{}, 'All calls of a batch took effect.'],
    BatchCompletedWithErrors: [{}, 'All calls of a batch were made, and some failed.'],
    ItemCompleted: [{}, 'A call of a batch took effect.'],
    ItemFailed: [{ error: DispatchError }, 'A call of a batch failed.'],
    DispatchedAs: [{ result: DispatchResult }, 'A call was made as another caller.'],
    IfElseMainSuccess: [{}, 'The first of two calls took effect.'],
    IfElseFallbackCalled: [{ mainError: DispatchError }, 'The first of two calls failed, the second took effect.'],
  },
  errors: {
    TooManyCalls: 'more calls than a batch may hold',
  },
})

/** Utility: batches, and calls as a derived or a named account. */
import type { AnyCall } from '../../frame/declare.ts'
import { type DispatchOutcome, requireSuccess } from '../../frame/dispatcher.ts'
import { implement } from '../../frame/implement.ts'
import { type RootOrigin, restrict, type SignedOrigin } from '../../frame/origin.ts'
import { type OriginCaller, spokenFor } from '../../frame/origin-caller.ts'
import { derivativeAccount } from './derivative-account.ts'
import { utility } from './schema.ts'

export const utilityLogic = implement(utility, {}, ({ events, errors, constants, env }) => {
  function requireFew(calls: readonly AnyCall[]): void {
    if (calls.length > constants.batchedCallsLimit) throw errors.TooManyCalls(`${calls.length}`)
  }

  function dispatchAs(asOrigin: OriginCaller, call: AnyCall): DispatchOutcome {
    const origin = spokenFor(asOrigin)
    return origin === undefined ? { ok: false, error: { type: 'BadOrigin' } } : env.dispatch(origin, call)
  }

  return {
    calls: {
      batch(origin, { calls }) {
        requireFew(calls)
        for (const [index, call] of calls.entries()) {
          const outcome = env.dispatch(origin, call)
          if (!outcome.ok) {
            events.BatchInterrupted({ index, error: outcome.error })
            return
          }
          events.ItemCompleted({})
        }
        events.BatchCompleted({})
      },

      asDerivative(origin, { index, call }) {
        // What the caller may not do, his derived accounts may not do either.
        requireSuccess(env.dispatch({ ...origin, who: derivativeAccount(origin.who, index) }, call))
      },

      batchAll(origin, { calls }) {
        requireFew(calls)
        const inner = withoutBatchAll(origin)
        for (const call of calls) {
          requireSuccess(env.dispatch(inner, call))
          events.ItemCompleted({})
        }
        events.BatchCompleted({})
      },

      dispatchAs(_, { asOrigin, call }) {
        events.DispatchedAs({ result: dispatchAs(asOrigin, call) })
      },

      forceBatch(origin, { calls }) {
        requireFew(calls)
        let failed = false
        for (const call of calls) {
          const outcome = env.dispatch(origin, call)
          if (outcome.ok) events.ItemCompleted({})
          else events.ItemFailed({ error: outcome.error })
          failed ||= !outcome.ok
        }
        if (failed) events.BatchCompletedWithErrors({})
        else events.BatchCompleted({})
      },

      withWeight(origin, { call }) {
        requireSuccess(env.dispatch(origin, call))
      },

      ifElse(origin, { main, fallback }) {
        const outcome = env.dispatch(origin, main)
        if (outcome.ok) {
          events.IfElseMainSuccess({})
          return
        }
        requireSuccess(env.dispatch(origin, fallback))
        events.IfElseFallbackCalled({ mainError: outcome.error })
      },

      dispatchAsFallible(_, { asOrigin, call }) {
        const result = dispatchAs(asOrigin, call)
        requireSuccess(result)
        events.DispatchedAs({ result })
      },
    },
  }
})

/** As in Substrate, accounts can't nest `batchAll`. */
function withoutBatchAll(origin: SignedOrigin | RootOrigin): SignedOrigin | RootOrigin {
  if (origin.type === 'root') return origin
  return restrict(origin, ({ type, value }) => type !== utility.name || value.type !== 'batchAll')
}

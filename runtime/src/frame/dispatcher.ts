/** How a call is run and priced, whoever asks: an extrinsic, or a call that carries it. */
import type { AnyCall } from './declare.ts'
import { type DispatchError, DispatchFailure } from './dispatch-error.ts'
import type { Origin } from './origin.ts'

/** Whether a call took effect; if not, it left no trace. */
export type DispatchOutcome =
  | { readonly ok: true; readonly value: undefined }
  | { readonly ok: false; readonly error: DispatchError }

export interface CallCost {
  readonly class: 'Normal' | 'Operational' | 'Mandatory'
  /** Computation and database accesses, in picoseconds, with all calls inside. */
  readonly refTime: bigint
}

export interface Dispatcher {
  /** Runs a call in a layer of its own, which is dropped if the call fails. */
  dispatch(origin: Origin, call: AnyCall): DispatchOutcome
  costOf(call: AnyCall): CallCost
}

/** Fails as the call inside failed. @throws DispatchFailure */
export function requireSuccess(outcome: DispatchOutcome): void {
  if (!outcome.ok) throw new DispatchFailure(outcome.error)
}

/** Runs decoded calls on the composed pallets. Extrinsics and calls inside calls come through here, and no other way. */
import { CodecError } from '@pha/core/codec'
import type { AnyCall } from '../frame/declare.ts'
import { type DispatchError, DispatchFailure } from '../frame/dispatch-error.ts'
import type { Dispatcher } from '../frame/dispatcher.ts'
import type { Execution, RunningPallet } from '../frame/implement.ts'
import type { Origin } from '../frame/origin.ts'
import { RuntimeError } from '../frame/runtime-error.ts'
import { system } from '../pallets/system/schema.ts'
import { callInfo } from './dispatch-info.ts'

/** Binds the pallets of a runtime to one dispatcher. */
export function bindDispatcher(execution: Execution, running: readonly RunningPallet<unknown>[]): Dispatcher {
  const byName = new Map(running.map((pallet) => [pallet.declaration.name, pallet]))
  const declarations = running.map(({ declaration }) => declaration)
  return {
    dispatch(origin, call) {
      const pallet = byName.get(call.type)
      try {
        execution.overlay.attempt(() => {
          requireUnfiltered(origin, call)
          pallet?.dispatch(call.value.type, origin, call.value.value)
        })
        return { ok: true, value: undefined }
      } catch (error) {
        return { ok: false, error: dispatchErrorOf(error) }
      }
    },
    costOf: (call) => callInfo(declarations, call),
  }
}

function requireUnfiltered(origin: Origin, call: AnyCall): void {
  if (origin.type !== 'signed' || origin.filter === undefined || origin.filter(call)) return
  const error = Uint8Array.of(system.errors.CallFiltered.index, 0, 0, 0)
  throw new DispatchFailure({ type: 'Module', value: { index: system.index, error } }, 'System.CallFiltered')
}

function dispatchErrorOf(error: unknown): DispatchError {
  if (error instanceof DispatchFailure) return error.error
  // A handler met bytes or numbers that no type holds; it does so on every node.
  if (error instanceof CodecError) return { type: 'Corruption' }
  throw new RuntimeError('runtime.fault', 'a handler failed', { cause: error })
}

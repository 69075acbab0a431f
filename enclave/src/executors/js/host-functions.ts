/** What a guest can ask for while it handles one message; each answer is bounded and paid for before it is given. */
import type { Invocation, Outcome, StateAccess } from '../executor.ts'
import { executionLimits, gasPrices } from '../limits.ts'
import { GuestTrap, type HostCall, HostFault, type Machine, type Pointer } from './machine.ts'
import { failures } from './prelude.ts'

/** In the order of the prelude's parameters. */
export const nativeFunctions = ['get', 'set', 'nextKey', 'gasLeft', 'finish', 'fail'] as const

/** An outcome without its gas, which is known when the run has ended. */
type Answer =
  | { readonly status: 'ok' | 'rejected'; readonly output: Uint8Array }
  | { readonly status: 'trap'; readonly reason: (Outcome & { status: 'trap' })['reason'] }

interface HostSession {
  readonly call: HostCall
  /** What the guest handed over; undefined if it never did. */
  answer(): Answer | undefined
}

/** A guest may call native functions only while it handles a message. */
export const noHostCalls: HostCall = () => {
  throw new GuestTrap('exception')
}

/** Opens the host's side of one message. */
export function hostSession(
  machine: Machine,
  context: Pointer,
  kind: Invocation['kind'],
  state: StateAccess,
): HostSession {
  let answer: Answer | undefined

  const read = (value: Pointer | undefined, limit: number, reason: 'state-limit' | 'output-too-large'): Uint8Array => {
    if (value === undefined) throw new GuestTrap('exception')
    return readBuffer(machine, context, value, limit, reason)
  }
  const key = (value: Pointer | undefined): Uint8Array => read(value, executionLimits.stateKeyBytes, 'state-limit')
  const give = (bytes: Uint8Array | undefined): Pointer => {
    if (bytes === undefined) return 0
    machine.charge(BigInt(bytes.length) * gasPrices.hostByte)
    return newBuffer(machine, context, bytes)
  }
  const toNumber = (value: Pointer | undefined): number =>
    value === undefined ? 0 : machine.engine.QTS_GetFloat64(context, value)

  const call: HostCall = (id, [first, second]) => {
    machine.charge(gasPrices.hostCall)
    const name = nativeFunctions[id]
    switch (name) {
      case 'get': {
        const at = key(first)
        return give(outside(() => state.get(at)))
      }
      case 'set': {
        if (kind === 'query') throw new GuestTrap('exception')
        const at = key(first)
        const value = second === undefined ? undefined : read(second, executionLimits.stateValueBytes, 'state-limit')
        outside(() => state.set(at, value))
        return 0
      }
      case 'nextKey': {
        const prefix = key(first)
        const after = second === undefined ? undefined : key(second)
        return give(outside(() => state.nextKey(prefix, after)))
      }
      case 'gasLeft':
        return machine.engine.QTS_NewFloat64(context, Number(machine.gasLeft))
      case 'finish': {
        const output = read(second, executionLimits.outputBytes, 'output-too-large')
        answer = { status: toNumber(first) === 1 ? 'ok' : 'rejected', output }
        return 0
      }
      case 'fail':
        answer = { status: 'trap', reason: failures[toNumber(first)] ?? 'exception' }
        return 0
      case undefined:
        throw new GuestTrap('exception')
      default:
        return name satisfies never
    }
  }
  return { call, answer: () => answer }
}

/** Runs the caller's code, whose failure is not the guest's. */
function outside<Value>(work: () => Value): Value {
  try {
    return work()
  } catch (cause) {
    throw new HostFault(cause)
  }
}

/** A new ArrayBuffer of the guest that holds a copy of `bytes`. */
export function newBuffer(machine: Machine, context: Pointer, bytes: Uint8Array): Pointer {
  // the engine owns the placed bytes from here on
  return machine.engine.QTS_NewArrayBuffer(context, machine.place(bytes), bytes.length)
}

/** Copies an ArrayBuffer of the guest, after its length was checked and paid. */
function readBuffer(
  machine: Machine,
  context: Pointer,
  value: Pointer,
  limit: number,
  reason: 'state-limit' | 'output-too-large',
): Uint8Array {
  const { engine } = machine
  const length = engine.QTS_GetArrayBufferLength(context, value) >>> 0
  if (length > limit) throw new GuestTrap(reason)
  machine.charge(BigInt(length) * gasPrices.hostByte)
  const copy = engine.QTS_GetArrayBuffer(context, value)
  if (copy === 0) throw new GuestTrap('exception')
  const bytes = machine.copyOut(copy, length)
  engine.free(copy)
  return bytes
}

/** Methods: what can be called, with which arguments, and what comes back. */
import type { Fields, InferFields, Type } from '@pha/core/schema'
import { t } from '@pha/core/schema'

/** What every call is given besides its arguments. */
export interface CallContext {
  /** The account that sent the command, or that signed the permit of the query. */
  readonly caller: Uint8Array
  /** The contract's own id. */
  readonly self: Uint8Array
  /** Block of the command, or of the finalised state that a query reads; `time` in milliseconds since 1970. */
  readonly block: { readonly number: number; readonly time: bigint }
  /** 32 bytes, fixed before execution, the same on every replica, unknown outside. */
  readonly random: Uint8Array
  gasLeft(): bigint
}

/** The SCALE form of a method's arguments. */
export function argsType<const A extends Fields>(args: A): Type<InferFields<A>> {
  return t.struct('Arguments', args)
}

export type MethodKind = 'init' | 'command' | 'job' | 'query'

export interface Method<K extends MethodKind, A extends Fields, R> {
  readonly kind: K
  readonly args: A
  readonly result: Type<R>
  run(call: CallContext & InferFields<A>): R
}

/** A constructor: runs once, as the contract's first message; its arguments are public. */
export function init<const A extends Fields>(
  args: A,
  run: (call: CallContext & InferFields<A>) => void,
): Method<'init', A, undefined> {
  return { kind: 'init', args, result: t.unit, run: (call) => void run(call) }
}

/** Changes state; ordered by the chain, executed by every replica. */
export function command<const A extends Fields>(
  args: A,
  run: (call: CallContext & InferFields<A>) => void,
): Method<'command', A, undefined> {
  return { kind: 'command', args, result: t.unit, run: (call) => void run(call) }
}

/** A command whose result is sealed to its caller: asking is ordered, recorded and counted. */
export function job<const A extends Fields, R>(
  args: A,
  result: Type<R>,
  run: (call: CallContext & InferFields<A>) => R,
): Method<'job', A, R> {
  return { kind: 'job', args, result, run }
}

/** Reads finalised state; cannot change it, leaves no trace. */
export function query<const A extends Fields, R>(
  args: A,
  result: Type<R>,
  run: (call: CallContext & InferFields<A>) => R,
): Method<'query', A, R> {
  return { kind: 'query', args, result, run }
}

/** A contract: declared state and errors first, methods second, so that the methods see both with their types. */
import type { Fields, Type } from '@pha/core/schema'
import { argsType, type Method, type MethodKind } from './methods.ts'
import { ContractRejection } from './rejection.ts'
import type { State } from './state.ts'
import { bindState } from './state.ts'

type AnyMethod<K extends MethodKind> = Method<K, Fields, unknown>

/** A method with the type of its input, made when the contract is loaded: each message would make it again. */
interface Callable extends AnyMethod<MethodKind> {
  readonly input: Type<{ readonly [name: string]: unknown }>
}

/** What a contract can do, by kind. */
export interface Interface {
  readonly init?: Omit<AnyMethod<'init'>, 'run'>
  readonly commands?: { readonly [name: string]: Omit<AnyMethod<'command'>, 'run'> }
  readonly jobs?: { readonly [name: string]: Omit<AnyMethod<'job'>, 'run'> }
  readonly queries?: { readonly [name: string]: Omit<AnyMethod<'query'>, 'run'> }
}

export interface Contract<I extends Interface = Interface> {
  readonly name: string
  readonly docs: string
  readonly errors: { readonly [code: string]: string }
  readonly interface: I
  /** The method of a name, whatever its kind; `init` for the constructor. */
  method(name: string): Callable | undefined
}

export type Raisers<E> = { readonly [K in keyof E]: () => ContractRejection }

/** Names of the call's context; an argument may not take one. */
const RESERVED = ['caller', 'self', 'block', 'random', 'gasLeft']

/**
 * Declares a contract.
 * @example
 * export const Counter = contract({
 *   name: 'Counter',
 *   docs: 'Counts.',
 *   state: { count: value(t.u64, 0n) },
 *   errors: { Full: 'the counter is at its end' },
 * }).impl(({ state }) => ({
 *   commands: { increment: command({ by: t.u64 }, ({ by }) => state.count.set(state.count.get() + by)) },
 *   queries: { count: query({}, t.u64, () => state.count.get()) },
 * }))
 */
export function contract<
  const S extends { readonly [name: string]: object },
  const E extends { readonly [code: string]: string },
>(declared: { readonly name: string; readonly docs: string; readonly state: S; readonly errors: E }) {
  return {
    impl<const I extends Interface>(
      build: (given: { readonly state: State<S>; readonly errors: Raisers<E> }) => I,
    ): Contract<I> {
      const face = build({ state: bindState(declared.state), errors: raisers(declared.errors) })
      const methods = collectMethods(face)
      return {
        name: declared.name,
        docs: declared.docs,
        errors: declared.errors,
        interface: face,
        method: (name) => methods.get(name),
      }
    },
  }
}

function raisers<E extends { readonly [code: string]: string }>(errors: E): Raisers<E> {
  const raise = Object.entries(errors).map(([code, message]) => [code, () => new ContractRejection(code, message)])
  return Object.fromEntries(raise) as Raisers<E>
}

function collectMethods(face: Interface): Map<string, Callable> {
  const methods = new Map<string, Callable>()
  const groups = [face.init === undefined ? {} : { init: face.init }, face.commands, face.jobs, face.queries]
  for (const [name, method] of groups.flatMap((group) => Object.entries(group ?? {}))) {
    if (methods.has(name) || name.length > 64) throw new Error(`contract.bad-name: method ${name}`)
    const taken = Object.keys(method.args).find((argument) => RESERVED.includes(argument))
    if (taken !== undefined) throw new Error(`contract.bad-name: argument ${taken} of ${name} is a name of the context`)
    methods.set(name, { ...(method as AnyMethod<MethodKind>), input: argsType(method.args) })
  }
  return methods
}

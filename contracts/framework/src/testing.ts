/** Unit tests of contracts: no network, no enclave, milliseconds. The same dispatch as in the executor. */
import { compareBytes, fromHex, toHex } from '@pha/core/codec'
import type { Fields, InferFields, Type } from '@pha/core/schema'
import { Rejection } from './abi.ts'
import type { Contract, Interface } from './contract.ts'
import { dispatch, encodeCall } from './dispatch.ts'
import type { GuestHost } from './host.ts'
import { ContractRejection } from './rejection.ts'

type Shape = { readonly args: Fields; readonly result: Type<unknown> }
type Callable<M> = M extends { readonly args: infer A extends Fields; readonly result: Type<infer R> }
  ? keyof A extends never
    ? () => Promise<R>
    : (args: InferFields<A>) => Promise<R>
  : never
type Group<G> = G extends { readonly [name: string]: Shape } ? { readonly [K in keyof G]: Callable<G[K]> } : unknown

/** Every command, job and query of a contract as a function. */
export type Calls<I extends Interface> = Group<I['commands']> & Group<I['jobs']> & Group<I['queries']>

export interface TestContract<I extends Interface> {
  /** The contract as `caller` sees it. Refused calls reject with a `ContractRejection`. */
  as(caller: Uint8Array): Calls<I>
  /** Moves the block that the next calls run in. */
  advance(blocks: number): void
}

/** Deterministic, far above what a unit test needs; the real limit is the policy's. */
const TEST_GAS = 1_000_000_000n

/**
 * A contract over state in memory.
 * @example
 * const counter = deployForTest(Counter, { caller: alice })
 * await counter.as(alice).increment({ by: 2n })
 */
export function deployForTest<I extends Interface>(
  contract: Contract<I>,
  { caller, init }: { readonly caller: Uint8Array; readonly init?: InitArgs<I> },
): TestContract<I> {
  const state = new Map<string, Uint8Array>()
  let block = 1
  let message = 0

  function run(kind: 'init' | 'command' | 'query', name: string, by: Uint8Array, args: InferFields<Fields>): unknown {
    const method = contract.method(name)
    if (method === undefined) throw new Error(`no method ${name}`)
    const writes = new Map(state)
    const outcome = dispatch(
      contract,
      {
        kind,
        input: encodeCall(name, method.args, args),
        caller: by,
        self: new Uint8Array(32).fill(1),
        block: { number: block, time: BigInt(block) * 3_000n },
        random: new Uint8Array(32).fill(++message & 255),
      },
      memoryHost(writes, kind !== 'query'),
    )
    if (!outcome.ok) {
      const { code, message: text } = Rejection.decode(outcome.output)
      throw new ContractRejection(code, text)
    }
    state.clear()
    for (const [key, stored] of writes) state.set(key, stored)
    return method.result.decode(outcome.output)
  }

  if (contract.interface.init !== undefined) run('init', 'init', caller, (init ?? {}) as InferFields<Fields>)
  const groups = {
    command: { ...contract.interface.commands, ...contract.interface.jobs },
    query: contract.interface.queries ?? {},
  }
  return {
    as(by) {
      const calls: { [name: string]: (args?: InferFields<Fields>) => Promise<unknown> } = {}
      for (const kind of ['command', 'query'] as const) {
        for (const name of Object.keys(groups[kind])) calls[name] = async (args = {}) => run(kind, name, by, args)
      }
      return calls as Calls<I>
    },
    advance(blocks) {
      block += blocks
    },
  }
}

type InitArgs<I> = I extends { readonly init: { readonly args: infer A extends Fields } } ? InferFields<A> : never

function memoryHost(state: Map<string, Uint8Array>, writable: boolean): GuestHost {
  return {
    get: (key) => state.get(toHex(key)),
    set(key, value) {
      if (!writable) throw new Error('contract.read-only: a query cannot change state')
      if (value === undefined) state.delete(toHex(key))
      else state.set(toHex(key), value)
    },
    nextKey(prefix, after) {
      const start = toHex(prefix)
      const keys = [...state.keys()]
        .filter((key) => key.startsWith(start))
        .map(fromHex)
        .sort(compareBytes)
      return keys.find((key) => after === undefined || compareBytes(key, after) > 0)
    },
    gasLeft: () => TEST_GAS,
  }
}

/** The second stage of a pallet: handlers, hooks, and what it offers to other pallets. */

import { equalBytes, written } from '@pha/core/codec'
import { type Fields, type GeneratedCodecs, generated, type InferFields, t } from '@pha/core/schema'
import { type AnyCall, type AnyPallet, type Call, type Event, type StorageItem, withGenerated } from './declare.ts'
import { DispatchFailure } from './dispatch-error.ts'
import type { CallCost, Dispatcher, DispatchOutcome } from './dispatcher.ts'
import { CODE_KEY, type RuntimeHost } from './host-interface.ts'
import { isAllowed, type Origin, type OriginOf } from './origin.ts'
import { Overlay } from './overlay.ts'
import { RuntimeError } from './runtime-error.ts'
import { stateKey } from './state-key.ts'
import { accessStorage, type StorageAccess, type StorageAccessOf } from './storage-access.ts'

type None = Readonly<Record<never, never>>

/** First byte of `Phase::ApplyExtrinsic`. */
const PHASE_APPLY_EXTRINSIC = 0
const CODE = stateKey(CODE_KEY)
const NO_CODE = new Uint8Array()

/** What handlers may use. Valid only while a runtime call runs. */
export interface PalletContext<D extends AnyPallet, Deps extends Logics> {
  readonly storage: StorageAccessOf<D['storage']>
  /** Deposits an event; it disappears if the call fails. */
  readonly events: { readonly [N in keyof D['events']]: Deposit<D['events'][N]> }
  /** Makes the failure to `throw`. */
  readonly errors: { readonly [N in keyof D['errors']]: (detail?: string) => DispatchFailure }
  readonly constants: { readonly [N in keyof D['constants']]: D['constants'][N]['value'] }
  readonly deps: { readonly [N in keyof Deps]: ExposedBy<Deps[N]> }
  readonly env: PalletEnvironment
}

export interface PalletEnvironment {
  readonly verify: RuntimeHost['verify']
  /** Kept by the node beside the block, dropped if the call fails. */
  readonly archive: RuntimeHost['archive']
  /** Access to an item that the pallet declares no more: what a migration reads. */
  formerItem<Keys extends readonly unknown[], V, Get>(item: StorageItem<Keys, V, Get>): StorageAccess<Keys, V, Get>
  /** Whether an extrinsic runs, and not a hook. */
  inExtrinsic(): boolean
  /** Whether these bytes stand under `:code`. */
  isCode(code: Uint8Array): boolean
  /** Writes `:code`, by which the node finds the runtime of the next block. */
  replaceCode(code: Uint8Array): void
  /** Runs `work` so that its changes are kept only if it returns. */
  attempt<T>(work: () => T): T
  /**
   * Runs a call of any pallet; a failed one leaves no trace. Give the origin that the handler got, or a new one: only
   * who decides for an account may speak for it.
   */
  dispatch(origin: Exclude<Origin, { readonly type: 'none' }>, call: AnyCall): DispatchOutcome
  /** What a call costs. */
  costOf(call: AnyCall): CallCost
}

type Deposit<E> = E extends Event<infer F> ? (fields: InferFields<F>) => void : never

/** What a pallet does. */
export interface PalletBody<D extends AnyPallet, X> {
  readonly calls: {
    readonly [N in keyof D['calls']]: D['calls'][N] extends Call<infer F, infer O>
      ? (origin: OriginOf<O>, args: InferFields<F>) => void
      : never
  }
  readonly hooks?: PalletHooks
  /**
   * How the state of the storage version before becomes that of version `n`, for each version up to the declared one. Runs
   * once, in the first block of a new runtime, before all hooks: bounded work, and a throw would stop the chain, which
   * is why each node rehearses it before it lets the runtime into a block.
   */
  readonly migrations?: { readonly [n: number]: () => void }
  /** Writes the initial state. */
  genesis?(config: InferFields<D['genesis']>): void
  /** What other pallets may use, typed through their `deps`. */
  readonly exposes?: X
  /** What always holds between calls; tests and fuzzing ask. */
  readonly invariants?: { readonly [statement: string]: () => boolean }
  /** What this pallet holds of accounts' balances, an account maybe several times: with all pallets, what is reserved. */
  held?(): Iterable<readonly [who: Uint8Array, amount: bigint]>
}

export interface PalletHooks {
  /** Before the first extrinsic of block `number`; a throw is a fault of the whole block. */
  onInitialize?(number: number): void
  /** After the last extrinsic of block `number`. */
  onFinalize?(number: number): void
}

/** An implemented pallet, before a runtime gives it state. `X` is what it exposes. */
export interface PalletLogic<D extends AnyPallet, X> {
  readonly declaration: D
  readonly deps: Logics
  start(execution: Execution, exposedBy: (logic: AnyLogic) => unknown): RunningPallet<X>
}

export type AnyLogic = PalletLogic<AnyPallet, unknown>
export type Logics = { readonly [name: string]: AnyLogic }
export type ExposedBy<L> = L extends PalletLogic<infer _D, infer X> ? X : never

/** A pallet bound to the state of a runtime. */
export interface RunningPallet<X> {
  readonly declaration: AnyPallet
  readonly exposes: X
  readonly hooks: PalletHooks
  readonly migrations: { readonly [n: number]: () => void }
  readonly invariants: { readonly [statement: string]: () => boolean }
  held(): Iterable<readonly [who: Uint8Array, amount: bigint]>
  genesis(config: unknown): void
  /** Checks the origin against the declaration and runs the handler. */
  dispatch(callName: string, origin: Origin, args: unknown): void
}

/** The one thing that changes between runtime calls: whose state is worked on, and in which phase of the block. */
export class Execution {
  #overlay: Overlay | undefined
  #host: RuntimeHost | undefined
  #dispatcher: Dispatcher | undefined
  /** SCALE of the phase that events are recorded with. */
  phase: Uint8Array = Uint8Array.of(2)
  readonly codecs: GeneratedCodecs

  /** Values are stored and events deposited with these `codecs`; those without one with what their types declare. */
  constructor(codecs: GeneratedCodecs = new Map()) {
    this.codecs = codecs
  }

  get overlay(): Overlay {
    return this.#overlay ?? outside()
  }

  get host(): RuntimeHost {
    return this.#host ?? outside()
  }

  get dispatcher(): Dispatcher {
    return this.#dispatcher ?? outside()
  }

  /** Says who runs calls; the chain does it once, when all pallets are there. */
  bind(dispatcher: Dispatcher): void {
    this.#dispatcher = dispatcher
  }

  /** Runs `work` on the state of `host`; may be nested on another host. */
  on<T>(host: RuntimeHost, work: () => T): T {
    const before = [this.#host, this.#overlay, this.phase] as const
    this.#host = host
    this.#overlay = new Overlay(host)
    try {
      return work()
    } finally {
      ;[this.#host, this.#overlay, this.phase] = before
    }
  }
}

/**
 * Implements a declared pallet.
 * @example
 * export const registryLogic = implement(registry, { system: systemLogic }, ({ storage, events, errors, deps }) => ({
 *   calls: {
 *     register({ who }, { identity }) {
 *       if (storage.workers.has(identity)) throw errors.AlreadyRegistered()
 *       storage.workers.set(identity, { operator: who, since: deps.system.blockNumber() })
 *       events.WorkerRegistered({ identity })
 *     },
 *   },
 *   exposes: { isWorker: (identity: Uint8Array) => storage.workers.has(identity) },
 * }))
 */
export function implement<D extends AnyPallet, Deps extends Logics, X = None>(
  declaration: D,
  deps: Deps,
  build: (context: PalletContext<D, Deps>) => PalletBody<D, X>,
): PalletLogic<D, X> {
  return {
    declaration,
    deps,
    start(execution, exposedBy) {
      const body = build(contextOf(declaration, deps, execution, exposedBy))
      const handlers = body.calls as { readonly [name: string]: (origin: unknown, args: unknown) => void }
      return {
        declaration,
        exposes: body.exposes as X,
        hooks: body.hooks ?? {},
        migrations: body.migrations ?? {},
        invariants: body.invariants ?? {},
        held: () => body.held?.() ?? [],
        genesis: (config) => body.genesis?.(config as InferFields<D['genesis']>),
        dispatch(callName, origin, args) {
          const declared = declaration.calls[callName]
          const handler = handlers[callName]
          if (declared === undefined || handler === undefined) {
            throw new RuntimeError('runtime.fault', `${declaration.name}.${callName} has no handler`)
          }
          if (!isAllowed(declared.origin, origin)) throw new DispatchFailure({ type: 'BadOrigin' })
          handler(origin, args)
        },
      }
    },
  }
}

function contextOf<D extends AnyPallet, Deps extends Logics>(
  declaration: D,
  deps: Deps,
  execution: Execution,
  exposedBy: (logic: AnyLogic) => unknown,
): PalletContext<D, Deps> {
  const { codecs } = execution
  const overlay = (): Overlay => execution.overlay
  const context = {
    storage: mapValues(declaration.storage, (item) => accessStorage(withGenerated(codecs, item), overlay)),
    events: mapValues(declaration.events, (event) => depositor(declaration.index, event, execution)),
    errors: mapValues(declaration.errors, ({ index, name }) => (detail?: string) => {
      const message = `${declaration.name}.${name}${detail === undefined ? '' : `: ${detail}`}`
      const error = { index: declaration.index, error: Uint8Array.of(index, 0, 0, 0) }
      return new DispatchFailure({ type: 'Module', value: error }, message)
    }),
    constants: mapValues(declaration.constants, ({ value }) => value),
    deps: mapValues(deps, (logic) => exposedBy(logic)),
    env: {
      verify: (...args: Parameters<RuntimeHost['verify']>) => execution.host.verify(...args),
      archive: (key: Uint8Array, value: Uint8Array) => execution.overlay.archive(key, value),
      formerItem: (item: StorageItem<readonly unknown[], unknown, unknown>) => accessStorage(item, overlay),
      inExtrinsic: (): boolean => execution.phase[0] === PHASE_APPLY_EXTRINSIC,
      isCode: (code: Uint8Array): boolean => equalBytes(execution.overlay.get(CODE) ?? NO_CODE, code),
      replaceCode: (code: Uint8Array): void => execution.overlay.set(CODE, code),
      attempt: <T>(work: () => T): T => execution.overlay.attempt(work),
      dispatch: (origin: Origin, call: AnyCall): DispatchOutcome => execution.dispatcher.dispatch(origin, call),
      costOf: (call: AnyCall): CallCost => execution.dispatcher.costOf(call),
    },
  }
  // The shapes follow from the declaration by the mapped types above; the compiler can't see through `mapValues`.
  return context as unknown as PalletContext<D, Deps>
}

function depositor(
  palletIndex: number,
  event: Event<Fields>,
  execution: Execution,
): (fields: InferFields<Fields>) => void {
  const codec = generated(execution.codecs, t.struct('', event.fields))
  return (fields) => {
    const record = written((to) => {
      to.raw(execution.phase)
      to.u8(palletIndex)
      to.u8(event.index)
      codec.write(to, fields)
      to.u8(0) // no topics
    })
    execution.overlay.depositEvent(record)
  }
}

function mapValues<T, U>(
  from: { readonly [name: string]: T },
  change: (value: T) => U,
): { readonly [name: string]: U } {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, change(value)]))
}

function outside(): never {
  throw new RuntimeError('runtime.fault', 'a pallet was used outside a runtime call')
}

/** A pallet's declaration: everything that storage, dispatch, metadata, clients and enclaves derive from. No logic. */
import { CodecError, Reader, Writer } from '@pha/core/codec'
import { type Fields, fieldsCodec, type InferFields, type Type } from '@pha/core/schema'
import type { AnyCall } from './any-call.ts'
import { snakeCase } from './names.ts'
import { nameStorageItem, type StorageItem, type StorageSpec } from './storage-item.ts'
import { type CallWeight, DEFAULT_WEIGHT } from './weight.ts'

/** Who may make a call: an account, the block's author (an inherent), governance, or an account or governance. */
export type OriginKind = 'signed' | 'none' | 'root' | 'signedOrRoot'

/** What the arguments of a call add to its cost. */
export interface CarriedCost {
  /** Calls that this one may run: it costs as much as they do, and is operational if all of them are. */
  readonly calls?: readonly AnyCall[]
  /** Calls that decide the class alone: what they cost is stated in `refTime`. */
  readonly uncounted?: readonly AnyCall[]
  /** Picoseconds on top. */
  readonly refTime?: bigint
}

export interface Constant<V> {
  readonly type: Type<V>
  readonly value: V
  readonly docs: string
}

export interface CallSpec<F extends Fields, O extends OriginKind> {
  readonly index: number
  readonly fields: F
  readonly docs: string
  readonly origin: O
  /** Its own cost, whatever the arguments are. */
  readonly weight: CallWeight
  /** What the arguments add to that. Looks at nothing but the arguments. */
  adds?(args: InferFields<F>): CarriedCost
}

/** A call that knows its pallet, so it can be written and read. */
export interface Call<F extends Fields, O extends OriginKind> extends CallSpec<F, O> {
  /** snake_case, as in metadata. */
  readonly name: string
  /** Pallet index, call index, arguments: what an extrinsic carries. */
  encode(args: InferFields<F>): Uint8Array
  /**
   * The arguments inside call bytes.
   * @throws CodecError if the bytes are another call or malformed
   */
  decode(bytes: Uint8Array): InferFields<F>
}

export interface Event<F extends Fields> {
  readonly index: number
  readonly fields: F
  readonly docs: string
}

export interface PalletError {
  readonly index: number
  readonly name: string
  readonly docs: string
}

export type Constants = { readonly [name: string]: Constant<unknown> }
export type StorageSpecs = { readonly [name: string]: StorageSpec<readonly unknown[], unknown, unknown> }
export type CallSpecs = { readonly [name: string]: CallSpec<Fields, OriginKind> }
export type EventSpecs = { readonly [name: string]: readonly [fields: Fields, docs: string] }
export type ErrorSpecs = { readonly [name: string]: string }
export type None = Readonly<Record<never, never>>

export type StorageOf<S> = {
  readonly [K in keyof S]: S[K] extends StorageSpec<infer Keys, infer V, infer Get> ? StorageItem<Keys, V, Get> : never
}
export type CallsOf<K> = {
  readonly [N in keyof K]: K[N] extends CallSpec<infer F, infer O> ? Call<F, O> : never
}
export type EventsOf<E> = {
  readonly [N in keyof E]: E[N] extends readonly [infer F extends Fields, string] ? Event<F> : never
}

export interface PalletSpec<N extends string, G, C, S, K, E, R> {
  /** Version of the layout of what is stored; 0 at first. Each step up has a migration (`implement.ts`). */
  readonly storageVersion?: number
  /** PascalCase; part of every storage key, so never renamed. */
  readonly name: N
  /** First byte of the pallet's calls, events and errors; never reused. */
  readonly index: number
  readonly docs: string
  /** What the genesis configuration says about this pallet. */
  readonly genesis?: G
  readonly constants?: C
  readonly storage?: S
  readonly calls?: K
  /** Indexes of calls that are gone, which no other call gets: what was signed for one must not become another. */
  readonly retiredCalls?: readonly number[]
  /** Indexes follow the order: append only. */
  readonly events?: E
  /** Indexes follow the order: append only. */
  readonly errors?: R
}

export interface Pallet<N extends string, G, C, S, K, E, R> {
  readonly storageVersion: number
  readonly name: N
  readonly index: number
  readonly docs: string
  readonly genesis: G
  readonly constants: C
  readonly storage: StorageOf<S>
  readonly calls: CallsOf<K>
  readonly events: EventsOf<E>
  readonly errors: { readonly [Name in keyof R]: PalletError }
}

/** Some pallet, where its details don't matter. */
export type AnyPallet = Pallet<string, Fields, Constants, StorageSpecs, CallSpecs, EventSpecs, ErrorSpecs>

/** A constant of the chain; say in `docs` why it is this number. */
export function constant<V>(type: Type<V>, value: NoInfer<V>, docs: string): Constant<V> {
  return { type, value, docs }
}

export interface CallOptions<F extends Fields, O extends OriginKind> {
  readonly origin?: O
  readonly weight?: CallWeight
  adds?(args: InferFields<F>): CarriedCost
}

/**
 * A call; `index` is its second byte and never reused. Signed and of default weight unless `options` says otherwise.
 * @example
 * calls: { set: call(0, { now: t.compact(t.u64) }, 'Sets the time.', { origin: 'none' }) }
 */
export function call<const F extends Fields>(
  index: number,
  fields: F,
  docs: string,
  options?: CallOptions<F, 'signed'>,
): CallSpec<F, 'signed'>
export function call<const F extends Fields, const O extends OriginKind>(
  index: number,
  fields: F,
  docs: string,
  options: CallOptions<F, O> & { readonly origin: O },
): CallSpec<F, O>
export function call<const F extends Fields>(
  index: number,
  fields: F,
  docs: string,
  { origin = 'signed', weight = DEFAULT_WEIGHT, adds }: CallOptions<F, OriginKind> = {},
): CallSpec<F, OriginKind> {
  return { index, fields, docs, origin, weight, ...(adds && { adds }) }
}

/**
 * Declares a pallet. Names are camelCase here; metadata shows PascalCase items and snake_case calls.
 * @throws CodecError `codec.out-of-range` if two calls share an index, also one that is gone, or an index doesn't fit in a byte
 * @example
 * export const registry = pallet({
 *   name: 'Registry', index: 10, docs: 'Enclaves that proved what they run.',
 *   storage: { workers: map('Blake2_128Concat', t.bytes32, Worker, 'Workers by identity.') },
 *   calls: { register: call(0, { evidence: t.boundedBytes(16_384) }, 'Registers a worker.') },
 *   events: { WorkerRegistered: [{ identity: t.bytes32 }, 'A worker was registered.'] },
 *   errors: { AlreadyRegistered: 'The worker is registered already.' },
 * })
 * registry.storage.workers.key(identity)         // trie key
 * registry.calls.register.encode({ evidence })   // call bytes
 */
export function pallet<
  const N extends string,
  G extends Fields = None,
  C extends Constants = None,
  S extends StorageSpecs = None,
  K extends CallSpecs = None,
  E extends EventSpecs = None,
  R extends ErrorSpecs = None,
>(spec: PalletSpec<N, G, C, S, K, E, R>): Pallet<N, G, C, S, K, E, R> {
  const { name, index, docs, storageVersion = 0, genesis = {}, constants = {} } = spec
  const storage: StorageSpecs = spec.storage ?? {}
  const calls: CallSpecs = spec.calls ?? {}
  const events: EventSpecs = spec.events ?? {}
  const errors: ErrorSpecs = spec.errors ?? {}
  requireIndexes(name, [index])
  requireIndexes(name, [...Object.values(calls).map((declared) => declared.index), ...(spec.retiredCalls ?? [])])
  return {
    name,
    index,
    docs,
    storageVersion,
    genesis: genesis as G,
    constants: constants as C,
    storage: mapEntries(storage, (item, itemName) => nameStorageItem(name, itemName, item)) as StorageOf<S>,
    calls: mapEntries(calls, (declared, callName) => nameCall(index, callName, declared)) as CallsOf<K>,
    events: mapEntries(events, ([fields, eventDocs], _, i) => ({ index: i, fields, docs: eventDocs })) as EventsOf<E>,
    errors: mapEntries(errors, (errorDocs, errorName, i) => ({ index: i, name: errorName, docs: errorDocs })) as {
      readonly [Name in keyof R]: PalletError
    },
  }
}

function nameCall<F extends Fields, O extends OriginKind>(
  palletIndex: number,
  callName: string,
  spec: CallSpec<F, O>,
): Call<F, O> {
  const args = fieldsCodec(spec.fields)
  return {
    ...spec,
    name: snakeCase(callName),
    encode(values) {
      const writer = new Writer()
      writer.u8(palletIndex)
      writer.u8(spec.index)
      args.write(writer, values)
      return writer.finish()
    },
    decode(bytes) {
      const reader = new Reader(bytes)
      if (reader.u8() !== palletIndex || reader.u8() !== spec.index) {
        throw new CodecError('codec.unknown-tag', `not a ${callName} call`)
      }
      const values = args.read(reader)
      reader.expectEnd()
      return values
    },
  }
}

function mapEntries<T, U>(
  from: { readonly [name: string]: T },
  change: (item: T, name: string, position: number) => U,
): { readonly [name: string]: U } {
  return Object.fromEntries(Object.entries(from).map(([name, item], i) => [name, change(item, name, i)]))
}

function requireIndexes(name: string, indexes: readonly number[]): void {
  const fit = indexes.every((index) => Number.isInteger(index) && index >= 0 && index <= 255)
  if (!fit || new Set(indexes).size !== indexes.length) {
    throw new CodecError('codec.out-of-range', `${name}: an index is used twice or not a byte`)
  }
}

/** The chain-wide types that follow from a list of pallets: any call, any event, the genesis configuration. */
import { CodecError } from '@pha/core/codec'
import { type Fields, type InferFields, type Type, t } from '@pha/core/schema'
import { uncapitalize } from './names.ts'
import type { AnyPallet, CallSpec, Event, OriginKind, Pallet } from './pallet.ts'

/** `{ type: 'Balances', value: { type: 'transferAll', value: {...} } }`, over all pallets. */
export type CallValue<P extends readonly AnyPallet[]> = {
  [I in keyof P]: P[I] extends AnyPallet ? Outer<P[I]['name'], CallOf<P[I]>> : never
}[number]

/** `{ type: 'Balances', value: { type: 'Transfer', value: {...} } }`, over all pallets. */
export type EventValue<P extends readonly AnyPallet[]> = {
  [I in keyof P]: P[I] extends AnyPallet ? Outer<P[I]['name'], EventOf<P[I]>> : never
}[number]

/** `{ balances: {...}, consensus: {...} }`: what each pallet with a `genesis` wants to know. */
export type GenesisValue<P extends readonly AnyPallet[]> = {
  readonly [Q in P[number] as keyof GenesisOf<Q> extends never ? never : Uncapitalize<Q['name']>]: InferFields<
    GenesisOf<Q>
  >
}

/** When an event happened: while which extrinsic was applied, or before or after all of them. */
export const Phase = t.enum('Phase', { ApplyExtrinsic: t.u32, Finalization: null, Initialization: null })
export type PhaseValue =
  | { readonly type: 'ApplyExtrinsic'; readonly value: number }
  | { readonly type: 'Finalization'; readonly value?: undefined }
  | { readonly type: 'Initialization'; readonly value?: undefined }

export interface EventRecordValue<E> {
  readonly phase: PhaseValue
  readonly event: E
  readonly topics: readonly Uint8Array[]
}

export interface ComposedTypes<P extends readonly AnyPallet[]> {
  readonly pallets: P
  /** Any call of the chain. Call names are camelCase. */
  readonly RuntimeCall: Type<CallValue<P>>
  readonly RuntimeEvent: Type<EventValue<P>>
  readonly EventRecord: Type<EventRecordValue<EventValue<P>>>
  /** What `System.Events` holds. */
  readonly EventRecords: Type<readonly EventRecordValue<EventValue<P>>[]>
  readonly GenesisConfig: Type<GenesisValue<P>>
  /** The calls and events of single pallets, for metadata. */
  readonly palletTypes: ReadonlyMap<AnyPallet, PalletTypes>
}

export interface PalletTypes {
  readonly call: Type<unknown> | undefined
  readonly event: Type<unknown> | undefined
}

/**
 * Composes the types of a chain.
 * @throws CodecError `codec.out-of-range` if two pallets share an index or a name
 * @example
 * const { RuntimeCall, EventRecords } = composeTypes([system, balances])
 * for (const { event } of EventRecords.decode(stored)) if (event.type === 'Balances') console.log(event.value.type)
 */
export function composeTypes<const P extends readonly AnyPallet[]>(pallets: P): ComposedTypes<P> {
  if (new Set(pallets.map(({ index }) => index)).size !== pallets.length) refuse('index')
  if (new Set(pallets.map(({ name }) => name)).size !== pallets.length) refuse('name')

  const palletTypes = new Map<AnyPallet, PalletTypes>()
  for (const declared of pallets) {
    palletTypes.set(declared, {
      call: indexedEnum('Call', declared.calls),
      event: indexedEnum('Event', declared.events),
    })
  }
  const RuntimeCall = outerEnum('RuntimeCall', palletTypes, 'call') as Type<CallValue<P>>
  const RuntimeEvent = outerEnum('RuntimeEvent', palletTypes, 'event') as Type<EventValue<P>>
  const EventRecord = t.named(
    ['frame_system', 'EventRecord'],
    t.struct('EventRecord', {
      phase: t.named(['frame_system', 'Phase'], Phase),
      event: RuntimeEvent,
      topics: t.vec(t.hash),
    }),
  ) as Type<EventRecordValue<EventValue<P>>>
  const withGenesis = pallets.filter(({ genesis }) => Object.keys(genesis).length > 0)
  const GenesisConfig = t.struct(
    'GenesisConfig',
    Object.fromEntries(
      withGenesis.map(({ name, genesis }) => [uncapitalize(name), t.struct(`${name}Genesis`, genesis)]),
    ),
  ) as unknown as Type<GenesisValue<P>>
  return {
    pallets,
    RuntimeCall,
    RuntimeEvent,
    EventRecord,
    EventRecords: t.vec(EventRecord),
    GenesisConfig,
    palletTypes,
  }
}

type Outer<N extends string, V> = [V] extends [never] ? never : { readonly type: N; readonly value: V }

type SpecsOf<P> =
  P extends Pallet<string, infer G, infer _C, infer _S, infer K, infer E, infer _R>
    ? { readonly genesis: G; readonly calls: K; readonly events: E }
    : never
type CallOf<P extends AnyPallet> = {
  [N in keyof P['calls'] & string]: P['calls'][N] extends CallSpec<infer F, OriginKind>
    ? { readonly type: N; readonly value: InferFields<F> }
    : never
}[keyof P['calls'] & string]
type EventOf<P extends AnyPallet> = {
  [N in keyof P['events'] & string]: P['events'][N] extends Event<infer F>
    ? { readonly type: N; readonly value: InferFields<F> }
    : never
}[keyof P['events'] & string]
type GenesisOf<P> = SpecsOf<P>['genesis'] extends infer G extends Fields ? G : never

type Indexed = { readonly index: number; readonly fields: Fields; readonly docs: string }

function indexedEnum(name: string, items: { readonly [name: string]: Indexed }): Type<unknown> | undefined {
  const entries = Object.entries(items)
  if (entries.length === 0) return undefined
  return t.enum(
    name,
    Object.fromEntries(entries.map(([item, { index, fields, docs }]) => [item, t.variant(index, fields, docs)])),
  )
}

function outerEnum(
  name: string,
  palletTypes: ReadonlyMap<AnyPallet, PalletTypes>,
  which: 'call' | 'event',
): Type<unknown> {
  const variants: [string, ReturnType<typeof t.variant<Type<unknown>>>][] = []
  for (const [declared, types] of palletTypes) {
    const type = types[which]
    if (type !== undefined) variants.push([declared.name, t.variant(declared.index, type)])
  }
  return t.enum(name, Object.fromEntries(variants))
}

function refuse(what: string): never {
  throw new CodecError('codec.out-of-range', `two pallets share one ${what}`)
}

/** Metadata of a chain, derived from its declarations: what wallets and libraries know us by. */
import { concatBytes } from '@pha/core/codec'
import { type Fields, type Infer, type Type, t } from '@pha/core/schema'
import { type AnyPallet, type ComposedTypes, pascalCase, type StorageItem, snakeCase } from '../declare.ts'
import { DispatchError } from '../dispatch-error.ts'
import { type Hasher, MetadataV14, MetadataV15, MetadataV16, type StorageMetadata } from './formats.ts'
import { lines, TypeRegistry } from './type-registry.ts'

/** One of the well-known transaction extensions: what it adds to an extrinsic, and to what is signed. */
export interface TransactionExtension {
  readonly identifier: string
  readonly extra: Type<unknown>
  readonly implicit: Type<unknown>
}

export interface RuntimeApi {
  readonly name: string
  readonly version: number
  readonly docs: string
  readonly methods: readonly RuntimeApiMethod[]
}

export interface RuntimeApiMethod {
  readonly name: string
  readonly inputs: Fields
  readonly output: Type<unknown>
  readonly docs: string
}

export interface MetadataSource {
  readonly types: ComposedTypes<readonly AnyPallet[]>
  /** The opaque extrinsic type, and what clients find in its parameters. */
  readonly extrinsic: {
    readonly type: Type<unknown>
    readonly version: number
    readonly address: Type<unknown>
    readonly signature: Type<unknown>
    readonly extensions: readonly TransactionExtension[]
  }
  readonly apis: readonly RuntimeApi[]
  /** See `TypeRegistryOptions`. */
  readonly substitutes: ReadonlyMap<Type<unknown>, Type<unknown>>
}

export type MetadataVersion = 14 | 15 | 16
export const METADATA_VERSIONS: readonly MetadataVersion[] = [14, 15, 16]

/** "meta", then the version: what every metadata blob starts with. */
const MAGIC = Uint8Array.of(0x6d, 0x65, 0x74, 0x61)

/**
 * `RuntimeMetadataPrefixed` of one version.
 * @example
 * const v15 = encodeMetadata(source, 15)
 */
export function encodeMetadata(source: MetadataSource, version: MetadataVersion): Uint8Array {
  const body = bodyOf(source, version)
  return concatBytes(MAGIC, Uint8Array.of(version), body)
}

function bodyOf(source: MetadataSource, version: MetadataVersion): Uint8Array {
  const { types, extrinsic, apis } = source
  const extra = t.tuple(...extrinsic.extensions.map((extension) => extension.extra))
  const runtimeError = errorEnum(types.pallets)
  const registry = new TypeRegistry({
    substitutes: source.substitutes,
    parameters: new Map([
      [
        'frame_system::EventRecord',
        [
          ['E', types.RuntimeEvent],
          ['T', t.hash],
        ],
      ],
      [
        'sp_runtime::generic::unchecked_extrinsic::UncheckedExtrinsic',
        [
          ['Address', extrinsic.address],
          ['Call', types.RuntimeCall],
          ['Signature', extrinsic.signature],
          ['Extra', extra],
        ],
      ],
      [
        'sp_runtime::multiaddress::MultiAddress',
        [
          ['AccountId', t.accountId],
          ['AccountIndex', t.unit],
        ],
      ],
    ]),
  })
  // Calls that carry calls refer to the outer enum, which is made of theirs.
  registry.reserve(types.RuntimeCall)
  // Pallets' own enums come first, so that the outer enums find them under their paths.
  const enums = new Map(types.pallets.map((pallet) => [pallet, palletEnums(registry, types, runtimeError, pallet)]))
  const outerEnums = {
    call: registry.idOfVariants(['phala_runtime', 'RuntimeCall'], types.RuntimeCall, ''),
    event: registry.idOfVariants(['phala_runtime', 'RuntimeEvent'], types.RuntimeEvent, ''),
    error: registry.idOfVariants(['phala_runtime', 'RuntimeError'], runtimeError.outer, ''),
  }
  registry.idOf(DispatchError) // clients look it up by name, whatever refers to it
  const pallets = types.pallets.map((pallet) => ({
    name: pallet.name,
    storage: storageOf(registry, pallet),
    calls: enums.get(pallet)?.calls,
    events: enums.get(pallet)?.events,
    errors: enums.get(pallet)?.errors,
    constants: constantsOf(registry, pallet),
    index: pallet.index,
    docs: lines(pallet.docs),
  }))
  const shared = {
    address: registry.idOf(extrinsic.address),
    call: outerEnums.call,
    signature: registry.idOf(extrinsic.signature),
    extensions: extrinsic.extensions.map(({ identifier, extra, implicit }) => ({
      identifier,
      type: registry.idOf(extra),
      implicit: registry.idOf(implicit),
    })),
  }
  const extrinsicType = registry.idOf(extrinsic.type)
  const runtime = registry.idOfName(['phala_runtime', 'Runtime'])
  const runtimeApis = version === 14 ? [] : apis.map((api) => runtimeApi(registry, api))
  const extraType = registry.idOf(extra)

  switch (version) {
    case 14:
      return MetadataV14.encode({
        types: registry.types(),
        pallets,
        extrinsic: { type: extrinsicType, version: extrinsic.version, extensions: shared.extensions },
        runtime,
      })
    case 15:
      return MetadataV15.encode({
        types: registry.types(),
        pallets,
        extrinsic: { ...shared, version: extrinsic.version, extra: extraType },
        runtime,
        apis: runtimeApis,
        outerEnums,
        custom: [],
      })
    case 16:
      return MetadataV16.encode({
        types: registry.types(),
        pallets: pallets.map((pallet) => ({
          ...pallet,
          storage: pallet.storage && { ...pallet.storage, items: pallet.storage.items.map(current) },
          constants: pallet.constants.map(current),
          calls: enumReference(pallet.calls),
          events: enumReference(pallet.events),
          errors: enumReference(pallet.errors),
          associatedTypes: [],
          viewFunctions: [],
          ...NOT_DEPRECATED,
        })),
        extrinsic: {
          ...shared,
          versions: [extrinsic.version],
          // Keyed by the version of the extension set, not of the extrinsic.
          extensionsByVersion: [[0, shared.extensions.map((_, i) => i)]],
        },
        apis: runtimeApis.map((api) => current({ ...api, methods: api.methods.map(current) })),
        outerEnums,
        custom: [],
      })
  }
}

const NOT_DEPRECATED = { deprecation: { type: 'NotDeprecated' } } as const

function current<T>(item: T): T & typeof NOT_DEPRECATED {
  return { ...item, ...NOT_DEPRECATED }
}

function enumReference(id: number | undefined): [number, undefined[]] | undefined {
  return id === undefined ? undefined : [id, []]
}

interface ErrorEnums {
  readonly outer: Type<unknown>
  readonly byPallet: ReadonlyMap<AnyPallet, Type<unknown>>
}

function errorEnum(pallets: readonly AnyPallet[]): ErrorEnums {
  const byPallet = new Map<AnyPallet, Type<unknown>>()
  for (const pallet of pallets) {
    const errors = Object.values(pallet.errors)
    if (errors.length === 0) continue
    const variants = errors.map(({ name, index, docs }) => [name, t.variant(index, null, docs)] as const)
    byPallet.set(pallet, t.enum('Error', Object.fromEntries(variants)))
  }
  const variants = [...byPallet].map(([pallet, type]) => [pallet.name, t.variant(pallet.index, type)] as const)
  return { outer: t.enum('RuntimeError', Object.fromEntries(variants)), byPallet }
}

function palletEnums(
  registry: TypeRegistry,
  types: MetadataSource['types'],
  errors: ErrorEnums,
  pallet: AnyPallet,
): { readonly calls?: number; readonly events?: number; readonly errors?: number } {
  const module = pallet.name === 'System' ? 'frame_system' : `pallet_${snakeCase(pallet.name)}`
  const { call, event } = types.palletTypes.get(pallet) ?? {}
  const error = errors.byPallet.get(pallet)
  const idOf = (name: string, type: Type<unknown>, rename?: (name: string) => string): number =>
    registry.idOfVariants([module, 'pallet', name], type, pallet.docs, rename)
  return {
    ...(call && { calls: idOf('Call', call, snakeCase) }),
    ...(event && { events: idOf('Event', event) }),
    ...(error && { errors: idOf('Error', error) }),
  }
}

function storageOf(
  registry: TypeRegistry,
  pallet: AnyPallet,
): { readonly prefix: string; readonly items: StorageMetadata[] } | undefined {
  const items = Object.values(pallet.storage)
  if (items.length === 0) return undefined
  return { prefix: pallet.name, items: items.map((item) => storageItem(registry, item)) }
}

function storageItem(registry: TypeRegistry, item: StorageItem<readonly unknown[], unknown, unknown>): StorageMetadata {
  const value = registry.idOf(item.type)
  const hasDefault = item.fallback !== undefined
  return {
    name: item.name,
    modifier: { type: hasDefault ? 'Default' : 'Optional' },
    type: entryType(registry, item, value),
    fallback: hasDefault ? item.type.encode(item.fallback) : Uint8Array.of(0),
    docs: lines(item.docs),
  }
}

function entryType(
  registry: TypeRegistry,
  { keyParts }: StorageItem<readonly unknown[], unknown, unknown>,
  value: number,
): StorageMetadata['type'] {
  const [only] = keyParts
  if (only === undefined) return { type: 'plain', value }
  const hashers = keyParts.map(({ hasher }): Infer<typeof Hasher> => ({ type: hasher }))
  const key = keyParts.length === 1 ? only.type : t.tuple(...keyParts.map(({ type }) => type))
  return { type: 'map', value: { hashers, key: registry.idOf(key), value } }
}

function constantsOf(registry: TypeRegistry, pallet: AnyPallet) {
  return Object.entries(pallet.constants).map(([name, { type, value, docs }]) => ({
    name: pascalCase(name),
    type: registry.idOf(type),
    value: type.encode(value),
    docs: lines(docs),
  }))
}

function runtimeApi(registry: TypeRegistry, api: RuntimeApi) {
  return {
    name: api.name,
    version: api.version,
    docs: lines(api.docs),
    methods: api.methods.map(({ name, inputs, output, docs }) => ({
      name,
      inputs: Object.entries(inputs).map(([input, type]) => ({ name: snakeCase(input), type: registry.idOf(type) })),
      output: registry.idOf(output),
      docs: lines(docs),
    })),
  }
}

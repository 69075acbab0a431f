/**
 * What a runtime says of its calls and events: metadata V14 (frame-metadata 14, scale-info 2), as far as it is used here.
 * It comes from the node unproven, so it may only be a reason to refuse.
 */
import { CodecError, Reader } from '@pha/core/codec'
import { type Infer, t } from '@pha/core/schema'
import { badAnswer } from '../rpc/answers.ts'

const typeId = t.compact(t.u32)
const docs = t.vec(t.text)
const Field = t.struct('Field', { name: t.option(t.text), type: typeId, typeName: t.option(t.text), docs })
const Variant = t.struct('Variant', { name: t.text, fields: t.vec(Field), index: t.u8, docs })

// biome-ignore format: one list
const PRIMITIVES = [
  'bool', 'char', 'str', 'u8', 'u16', 'u32', 'u64', 'u128', 'u256', 'i8', 'i16', 'i32', 'i64', 'i128', 'i256',
] as const

const TypeDefinition = t.enum('TypeDefinition', {
  composite: t.vec(Field),
  variant: t.vec(Variant),
  sequence: typeId,
  array: { length: t.u32, type: typeId },
  tuple: t.vec(typeId),
  primitive: t.u8,
  compact: typeId,
  bitSequence: { store: typeId, order: typeId },
})

const PortableType = t.struct('PortableType', {
  id: typeId,
  path: docs,
  params: t.vec(t.struct('TypeParameter', { name: t.text, type: t.option(typeId) })),
  definition: TypeDefinition,
  docs,
})

const Hasher = t.u8
const StorageEntry = t.struct('StorageEntry', {
  name: t.text,
  modifier: t.u8,
  type: t.enum('StorageEntryType', { plain: typeId, map: { hashers: t.vec(Hasher), key: typeId, value: typeId } }),
  fallback: t.bytes,
  docs,
})

const Pallet = t.struct('Pallet', {
  name: t.text,
  storage: t.option(t.struct('PalletStorage', { prefix: t.text, items: t.vec(StorageEntry) })),
  calls: t.option(typeId),
  events: t.option(typeId),
  constants: t.vec(t.struct('Constant', { name: t.text, type: typeId, value: t.bytes, docs })),
  errors: t.option(typeId),
  index: t.u8,
})

/** What stands before the parts that nobody here reads. */
const Beginning = t.struct('Metadata', { types: t.vec(PortableType), pallets: t.vec(Pallet) })

export type PortableField = Infer<typeof Field>
export type PortableDefinition = Infer<typeof TypeDefinition>

export interface Metadata {
  readonly types: ReadonlyMap<number, PortableDefinition>
  readonly pallets: readonly Pick<Infer<typeof Pallet>, 'name' | 'index' | 'calls' | 'events'>[]
}

/** Ours take 40 kB; a chain with ten times the pallets would fit. */
const MAX_METADATA_BYTES = 4 * 1024 * 1024
/** "meta" and 14. */
const MAGIC = [0x6d, 0x65, 0x74, 0x61, 14]

/** @throws PhaError `sdk.bad-answer` */
export function readMetadata(bytes: Uint8Array): Metadata {
  if (bytes.length > MAX_METADATA_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte)) throw badAnswer('metadata')
  try {
    const { types, pallets } = Beginning.read(new Reader(bytes.subarray(MAGIC.length)))
    return { types: new Map(types.map(({ id, definition }) => [id, definition])), pallets }
  } catch (cause) {
    if (!(cause instanceof CodecError)) throw cause
    throw badAnswer(`metadata (${cause.code})`)
  }
}

/** The name of a primitive type, as declarations have it. */
export function primitiveName(definition: PortableDefinition | undefined): string | undefined {
  return definition?.type === 'primitive' ? PRIMITIVES[definition.value] : undefined
}

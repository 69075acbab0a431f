/** Metadata V14, V15 and V16, byte by byte as `frame-metadata` writes them. */
import { type Fields, type Infer, t } from '@pha/core/schema'
import { docLines, PortableType, typeId } from './portable-type.ts'

const Modifier = t.enum('StorageModifier', { Optional: null, Default: null })

export const Hasher = t.enum('StorageHasher', {
  Blake2_128: null,
  Blake2_256: null,
  Blake2_128Concat: null,
  Twox128: null,
  Twox256: null,
  Twox64Concat: null,
  Identity: null,
})

const EntryType = t.enum('StorageEntryType', {
  plain: typeId,
  map: { hashers: t.vec(Hasher), key: typeId, value: typeId },
})

/** V16 can say that something is deprecated; nothing is. */
const ItemDeprecation = t.enum('ItemDeprecation', { NotDeprecated: null })
const notDeprecated: Fields = { deprecation: ItemDeprecation }

const storageFields = { name: t.text, modifier: Modifier, type: EntryType, fallback: t.bytes, docs: docLines }
const constantFields = { name: t.text, type: typeId, value: t.bytes, docs: docLines }
const methodFields = {
  name: t.text,
  inputs: t.vec(t.struct('RuntimeApiInput', { name: t.text, type: typeId })),
  output: typeId,
  docs: docLines,
}
const extensionFields = { identifier: t.text, type: typeId, implicit: typeId }

export const StorageMetadata = t.struct('StorageMetadata', storageFields)
export type StorageMetadata = Infer<typeof StorageMetadata>

const Extensions = t.vec(t.struct('TransactionExtension', extensionFields))
const OuterEnums = t.struct('OuterEnums', { call: typeId, event: typeId, error: typeId })
const NoCustomMetadata = t.vec(t.tuple(t.text, typeId, t.bytes))

const palletFields = {
  name: t.text,
  storage: t.option(t.struct('PalletStorage', { prefix: t.text, items: t.vec(StorageMetadata) })),
  calls: t.option(typeId),
  events: t.option(typeId),
  constants: t.vec(t.struct('ConstantMetadata', constantFields)),
  errors: t.option(typeId),
  index: t.u8,
}

export const MetadataV14 = t.struct('MetadataV14', {
  types: t.vec(PortableType),
  pallets: t.vec(t.struct('PalletMetadataV14', palletFields)),
  extrinsic: t.struct('ExtrinsicMetadataV14', { type: typeId, version: t.u8, extensions: Extensions }),
  runtime: typeId,
})

export const MetadataV15 = t.struct('MetadataV15', {
  types: t.vec(PortableType),
  pallets: t.vec(t.struct('PalletMetadataV15', { ...palletFields, docs: docLines })),
  extrinsic: t.struct('ExtrinsicMetadataV15', {
    version: t.u8,
    address: typeId,
    call: typeId,
    signature: typeId,
    extra: typeId,
    extensions: Extensions,
  }),
  runtime: typeId,
  apis: t.vec(
    t.struct('RuntimeApiMetadataV15', {
      name: t.text,
      methods: t.vec(t.struct('RuntimeApiMethodV15', methodFields)),
      docs: docLines,
    }),
  ),
  outerEnums: OuterEnums,
  custom: NoCustomMetadata,
})

/** A pallet's enum; the second part lists its deprecated variants. */
const EnumReference = t.option(t.tuple(typeId, t.vec(t.unit)))

export const MetadataV16 = t.struct('MetadataV16', {
  types: t.vec(PortableType),
  pallets: t.vec(
    t.struct('PalletMetadataV16', {
      name: t.text,
      storage: t.option(
        t.struct('PalletStorageV16', {
          prefix: t.text,
          items: t.vec(t.struct('StorageMetadataV16', { ...storageFields, ...notDeprecated })),
        }),
      ),
      calls: EnumReference,
      events: EnumReference,
      constants: t.vec(t.struct('ConstantMetadataV16', { ...constantFields, ...notDeprecated })),
      errors: EnumReference,
      associatedTypes: t.vec(t.unit),
      viewFunctions: t.vec(t.unit),
      index: t.u8,
      docs: docLines,
      ...notDeprecated,
    }),
  ),
  extrinsic: t.struct('ExtrinsicMetadataV16', {
    versions: t.vec(t.u8),
    address: typeId,
    call: typeId,
    signature: typeId,
    extensionsByVersion: t.vec(t.tuple(t.u8, t.vec(typeId))),
    extensions: Extensions,
  }),
  apis: t.vec(
    t.struct('RuntimeApiMetadataV16', {
      name: t.text,
      methods: t.vec(t.struct('RuntimeApiMethodV16', { ...methodFields, ...notDeprecated })),
      docs: docLines,
      version: t.compact(t.u32),
      ...notDeprecated,
    }),
  ),
  outerEnums: OuterEnums,
  custom: NoCustomMetadata,
})

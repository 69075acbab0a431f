/** scale-info's description of types: the first part of every metadata version. */
import { type Infer, t } from '@pha/core/schema'

export const typeId = t.compact(t.u32)
export const docLines = t.vec(t.text)

export const PortableField = t.struct('Field', {
  name: t.option(t.text),
  type: typeId,
  typeName: t.option(t.text),
  docs: docLines,
})
export type PortableField = Infer<typeof PortableField>

export const PortableVariant = t.struct('Variant', {
  name: t.text,
  fields: t.vec(PortableField),
  index: t.u8,
  docs: docLines,
})

export const Primitive = t.enum('Primitive', {
  bool: null,
  char: null,
  str: null,
  u8: null,
  u16: null,
  u32: null,
  u64: null,
  u128: null,
  u256: null,
  i8: null,
  i16: null,
  i32: null,
  i64: null,
  i128: null,
  i256: null,
})

export const TypeDefinition = t.enum('TypeDefinition', {
  composite: t.vec(PortableField),
  variant: t.vec(PortableVariant),
  sequence: typeId,
  array: { length: t.u32, type: typeId },
  tuple: t.vec(typeId),
  primitive: Primitive,
  compact: typeId,
})
export type TypeDefinition = Infer<typeof TypeDefinition>

export const PortableType = t.struct('PortableType', {
  id: typeId,
  path: docLines,
  params: t.vec(t.struct('TypeParameter', { name: t.text, type: t.option(typeId) })),
  definition: TypeDefinition,
  docs: docLines,
})
export type PortableType = Infer<typeof PortableType>
export type TypeParameters = PortableType['params']

/** Enums: one tag byte, then what the variant carries. Values are `{ type, value }`, so `switch` narrows them. */
import { CodecError, type Reader, type Writer } from '../codec/index.ts'
import { isType } from './layout.ts'
import { unknownTag, unknownVariant } from './parts.ts'
import { fieldsCodec } from './struct.ts'
import { defineType, type Fields, type InferFields, type Type, type VariantShape } from './type.ts'

/** Generated code compares a name with one after the other; more than these are looked up faster. */
const MOST_COMPARED = 64

/** What a variant carries: nothing, one value, or named fields. */
export type Payload = null | Type<unknown> | Fields

/** A variant with an index of its own choice and documentation. */
export interface IndexedVariant<P extends Payload> {
  readonly index: number
  readonly payload: P
  readonly docs: string
}

export type Variants = { readonly [name: string]: Payload | IndexedVariant<Payload> }

type PayloadOf<V> = V extends IndexedVariant<infer P> ? P : V
type PayloadValue<P> = P extends null
  ? { readonly value?: undefined }
  : P extends Type<infer T>
    ? { readonly value: T }
    : P extends Fields
      ? { readonly value: InferFields<P> }
      : never

export type EnumValue<V extends Variants> = {
  [K in keyof V & string]: { readonly type: K } & PayloadValue<PayloadOf<V[K]>>
}[keyof V & string]

/** Gives a variant an explicit index, as the enums of Substrate need. */
export function variant<P extends Payload>(index: number, payload: P, docs = ''): IndexedVariant<P> {
  return { index, payload, docs }
}

/**
 * An enum; variants are numbered in order unless `variant` says otherwise.
 * @example
 * const Confidence = enumeration('Confidence', { Low: null, Scored: { level: u8 } })
 * Confidence.encode({ type: 'Scored', value: { level: 3 } })
 */
export function enumeration<const V extends Variants>(name: string, variants: V, docs = ''): Type<EnumValue<V>> {
  const byIndex = new Map<number, VariantCodec>()
  const byName = new Map<string, VariantCodec>()
  Object.entries(variants).forEach(([variantName, declared], position) => {
    const codec = variantCodec(variantName, declared, position)
    if (byIndex.has(codec.shape.index)) throw new CodecError('codec.wrong-type', `${name}: index used twice`)
    byIndex.set(codec.shape.index, codec)
    byName.set(variantName, codec)
  })
  const codecs = [...byName.values()]
  const shapes = codecs.map(({ shape }) => shape)
  return defineType<EnumValue<V>>(
    { kind: 'enum', name, variants: shapes, docs },
    1 + Math.min(...codecs.map(({ smallest }) => smallest)),
    (to, value) => {
      const codec = byName.get(value?.type)
      if (codec === undefined) throw unknownVariant(name, value)
      to.u8(codec.shape.index)
      codec.write(to, value.value)
    },
    (from) => {
      const tag = from.u8()
      const codec = byIndex.get(tag)
      if (codec === undefined) throw unknownTag(name, tag)
      if (codec.shape.payload === null) return { type: codec.shape.name } as unknown as EnumValue<V>
      return { type: codec.shape.name, value: codec.read(from) } as unknown as EnumValue<V>
    },
    codecs.length > MOST_COMPARED ? undefined : { kind: 'enum', name, variants: shapes },
  )
}

interface VariantCodec {
  readonly shape: VariantShape
  readonly smallest: number
  write(to: Writer, value: unknown): void
  read(from: Reader): unknown
}

function variantCodec(name: string, declared: Payload | IndexedVariant<Payload>, position: number): VariantCodec {
  const { index, payload, docs } = isIndexed(declared) ? declared : { index: position, payload: declared, docs: '' }
  const shape: VariantShape = { name, index, docs, payload }
  if (payload === null) return { shape, smallest: 0, write: () => {}, read: () => undefined }
  if (isType(payload)) {
    return {
      shape,
      smallest: payload.smallest,
      write: (to, value) => payload.write(to, value),
      read: (from) => payload.read(from),
    }
  }
  const codec = fieldsCodec(payload)
  return {
    shape,
    smallest: codec.smallest,
    write: (to, value) => codec.write(to, value as InferFields<Fields>),
    read: (from) => codec.read(from),
  }
}

function isIndexed(declared: Payload | IndexedVariant<Payload>): declared is IndexedVariant<Payload> {
  return declared !== null && 'index' in declared && typeof declared.index === 'number'
}

/** A type as `t` declares it, whatever was generated for it or for what it contains. */
import { type Fields, isType, layoutOf, type Type, t, type VariantShape } from '@pha/core/schema'

/**
 * The same bytes, values and refusals, by the loops of `@pha/core/schema` only: what generated code is compared with.
 * @example
 * declaredType(Header).encode(header)
 */
export function declaredType(type: Type<unknown>): Type<unknown> {
  const layout = layoutOf(type)
  switch (layout?.kind) {
    case 'sequence':
      return t.boundedVec(declaredType(layout.of), layout.most)
    case 'array':
      return t.array(declaredType(layout.of), layout.length)
    case 'tuple':
      return t.tuple(...layout.of.map(declaredType)) as Type<unknown>
    case 'option':
      return t.option(declaredType(layout.of))
    case 'result':
      return t.result(declaredType(layout.ok), declaredType(layout.error)) as Type<unknown>
    case 'struct':
      return t.struct('Declared', declaredFields(layout.fields))
    case 'enum':
      return t.enum(layout.name, Object.fromEntries(layout.variants.map(declaredVariant))) as Type<unknown>
    default:
      return type
  }
}

function declaredFields(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, declaredType(type)]))
}

function declaredVariant({ name, index, payload }: VariantShape) {
  if (payload === null) return [name, t.variant(index, null)] as const
  return [name, t.variant(index, isType(payload) ? declaredType(payload) : declaredFields(payload))] as const
}

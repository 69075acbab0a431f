/**
 * Whether a value that was made by our declarations means the same by a chain's metadata. Only what occurs in the value is
 * compared: of an enum its variant, of a list its items. So what a newer runtime added or changed elsewhere does not matter.
 */
import { isType, type Type, type VariantShape } from '@pha/core/schema'
import { type Metadata, type PortableDefinition, primitiveName } from './metadata.ts'

/** A name that declarations need not have. */
interface Part {
  readonly name: string | undefined
  readonly type: Type<unknown>
  readonly value: unknown
}

/** Wrappers around one another; more would be a circle. */
const MOST_WRAPPERS = 16

/**
 * @param type our declaration of `value`
 * @param id what the metadata has in its place
 * @example
 * hasSameShape(metadata, MultiAddress, { type: 'Id', value: account }, 3)
 */
export function hasSameShape(metadata: Metadata, type: Type<unknown>, value: unknown, id: number): boolean {
  const part = unwrapped({ name: undefined, type, value })
  const { shape } = part.type
  const theirs = definitionOf(metadata, id)
  if (theirs === undefined) return false
  switch (shape.kind) {
    case 'primitive':
      return primitiveName(theirs) === shape.name
    case 'compact':
      return theirs.type === 'compact' && hasSameShape(metadata, shape.of, part.value, theirs.value)
    case 'sequence':
      return theirs.type === 'sequence' && itemsAreSame(metadata, shape.of, part.value, theirs.value)
    case 'array':
      return (
        theirs.type === 'array' &&
        theirs.value.length === shape.length &&
        itemsAreSame(metadata, shape.of, part.value, theirs.value.type)
      )
    case 'tuple':
    case 'struct':
      return partsAreSame(metadata, partsOf(part), fieldsOf(theirs))
    case 'option': {
      const { value } = part
      const some = [{ name: undefined, type: shape.of, value }]
      return variantIsSame(metadata, value === undefined ? ['None', 0, []] : ['Some', 1, some], theirs)
    }
    case 'result': {
      const { ok, value, error } = part.value as { ok: boolean; value?: unknown; error?: unknown }
      const content = ok ? { type: shape.ok, value } : { type: shape.error, value: error }
      return variantIsSame(metadata, [ok ? 'Ok' : 'Err', ok ? 0 : 1, [{ name: undefined, ...content }]], theirs)
    }
    case 'enum': {
      const { type: name, value } = part.value as { readonly type: string; readonly value?: unknown }
      const variant = shape.variants.find((candidate) => candidate.name === name)
      if (variant === undefined) return false
      return variantIsSame(metadata, [name, variant.index, payloadParts(variant.payload, value)], theirs)
    }
    default:
      return false
  }
}

function variantIsSame(
  metadata: Metadata,
  [name, index, parts]: readonly [name: string, index: number, parts: readonly Part[]],
  theirs: PortableDefinition,
): boolean {
  if (theirs.type !== 'variant') return false
  const variant = theirs.value.find((candidate) => candidate.index === index)
  return variant !== undefined && isSameName(variant.name, name) && partsAreSame(metadata, parts, variant.fields)
}

function payloadParts(payload: VariantShape['payload'], value: unknown): readonly Part[] {
  if (payload === null) return []
  if (!isType(payload)) {
    const fields = value as { readonly [name: string]: unknown }
    return Object.entries(payload).map(([name, type]) => ({ name, type, value: fields[name] }))
  }
  // A variant with several unnamed values is one with a tuple.
  if (payload.shape.kind === 'tuple') return partsOf({ name: undefined, type: payload, value })
  return [{ name: undefined, type: payload, value }]
}

function partsAreSame(
  metadata: Metadata,
  ours: readonly Part[],
  theirs: readonly { readonly name?: string | undefined; readonly type: number }[],
): boolean {
  if (ours.length !== theirs.length) return false
  return ours.every(({ name, type, value }, i) => {
    const other = theirs[i]
    if (other === undefined) return false
    const isNamed = name !== undefined && other.name !== undefined
    return (!isNamed || isSameName(name, other.name ?? '')) && hasSameShape(metadata, type, value, other.type)
  })
}

function itemsAreSame(metadata: Metadata, of: Type<unknown>, value: unknown, id: number): boolean {
  const items = value as ArrayLike<unknown>
  // All items of one primitive are alike, and code has half a million of them.
  const count = of.shape.kind === 'primitive' ? Math.min(1, items.length) : items.length
  for (let i = 0; i < count; i++) if (!hasSameShape(metadata, of, items[i], id)) return false
  return true
}

/** Without names for what is inside, and without structs around a single thing: they add no bytes. */
function unwrapped(part: Part): Part {
  const { shape } = part.type
  if (shape.kind === 'named') return unwrapped({ ...part, type: shape.of })
  if (shape.kind === 'lazy') return unwrapped({ ...part, type: shape.of() })
  if (shape.kind !== 'struct' && shape.kind !== 'tuple') return part
  const parts = partsOf(part)
  return parts.length === 1 && parts[0] !== undefined ? unwrapped(parts[0]) : part
}

/** The same for theirs. */
function definitionOf({ types }: Metadata, id: number): PortableDefinition | undefined {
  let definition = types.get(id)
  for (let wrappers = 0; wrappers < MOST_WRAPPERS && definition !== undefined; wrappers++) {
    const [only, ...others] = fieldsOf(definition)
    if (only === undefined || others.length > 0) return definition
    definition = types.get(only.type)
  }
  return undefined
}

function partsOf({ type: { shape }, value }: Part): readonly Part[] {
  if (shape.kind === 'tuple') {
    const items = value as readonly unknown[]
    return shape.of.map((type, i) => ({ name: undefined, type, value: items[i] }))
  }
  if (shape.kind !== 'struct') return []
  const fields = value as { readonly [name: string]: unknown }
  return Object.entries(shape.fields).map(([name, type]) => ({ name, type, value: fields[name] }))
}

function fieldsOf(
  definition: PortableDefinition,
): readonly { readonly name?: string | undefined; readonly type: number }[] {
  if (definition.type === 'composite') return definition.value
  return definition.type === 'tuple' ? definition.value.map((type) => ({ type })) : []
}

/** `transferKeepAlive` is `transfer_keep_alive` in metadata. */
function isSameName(one: string, other: string): boolean {
  const plain = (name: string): string => name.replaceAll('_', '').toLowerCase()
  return plain(one) === plain(other)
}

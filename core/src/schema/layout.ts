/**
 * How values become bytes, for those who generate code. A `Shape` says what clients see, and two types of one shape may
 * have values of different kinds; what a layout says is all that decides about bytes, values and refusals.
 */
import type { Reader, Writer } from '../codec/index.ts'
import type { Fields, Type, VariantShape } from './type.ts'

export type Layout =
  /** A pair of functions of `parts.ts`, `write<name>` and `read<name>`. */
  | { readonly kind: 'part'; readonly name: PartName; readonly argument?: number }
  | { readonly kind: 'sequence'; readonly of: Type<unknown>; readonly most: number }
  | { readonly kind: 'array'; readonly of: Type<unknown>; readonly length: number }
  | { readonly kind: 'tuple'; readonly of: readonly Type<unknown>[] }
  | { readonly kind: 'option'; readonly of: Type<unknown> }
  | { readonly kind: 'result'; readonly ok: Type<unknown>; readonly error: Type<unknown> }
  | { readonly kind: 'struct'; readonly fields: Fields }
  | { readonly kind: 'enum'; readonly name: string; readonly variants: readonly VariantShape[] }

export type PartName =
  | 'Unit'
  | 'Bool'
  | 'U8'
  | 'U16'
  | 'U32'
  | 'U64'
  | 'U128'
  | 'CompactNumber'
  | 'CompactBigInt'
  | 'FixedBytes'
  | 'Bytes'
  | 'Text'

/** The two functions that a type is at its core. */
export interface Codec {
  write(to: Writer, value: unknown): void
  read(from: Reader): unknown
}

interface Noted {
  readonly read: (from: Reader) => unknown
  readonly layout: Layout
}

/** By the function that writes: a type that was given another one has no layout that anybody knows. */
const noted = new WeakMap<Codec['write'], Noted>()

export function noteLayout({ write, read }: Codec, layout: Layout): void {
  noted.set(write, { read, layout })
}

/** The layout of a type, or `undefined` for one that only its own functions can write and read. */
export function layoutOf({ write, read }: Type<unknown>): Layout | undefined {
  const found = noted.get(write as Codec['write'])
  return found?.read === read ? found.layout : undefined
}

/**
 * A layout as text, and the types in it that have none, in the order of their numbers: types of equal text are written and
 * read by equal code, given those.
 * @example
 * layoutText(t.struct('Point', { x: t.u32, y: t.option(t.u8) })).text // '{x:U32,y:?U8}'
 */
export function layoutText(type: Type<unknown>): { readonly text: string; readonly own: readonly Type<unknown>[] } {
  const own: Type<unknown>[] = []
  return { text: describe(type, own), own }
}

function describe(type: Type<unknown>, own: Type<unknown>[]): string {
  const layout = layoutOf(type)
  if (layout === undefined) {
    if (!own.includes(type)) own.push(type)
    return `own${own.indexOf(type)}`
  }
  switch (layout.kind) {
    case 'part':
      return layout.argument === undefined ? layout.name : `${layout.name}(${layout.argument})`
    case 'sequence':
      return `[${describe(layout.of, own)};${layout.of.smallest},${layout.most}]`
    case 'array':
      return `[${describe(layout.of, own)}*${layout.length}]`
    case 'tuple':
      return `(${layout.of.map((part) => describe(part, own)).join()})`
    case 'option':
      return `?${describe(layout.of, own)}`
    case 'result':
      return `<${describe(layout.ok, own)}|${describe(layout.error, own)}>`
    case 'struct':
      return describeFields(layout.fields, own)
    case 'enum': {
      const variants = layout.variants.map((variant) => describeVariant(variant, own))
      return `${layout.name}{${variants.join()}}`
    }
  }
}

function describeVariant({ name, index, payload }: VariantShape, own: Type<unknown>[]): string {
  if (payload === null) return `${index}=${name}`
  return `${index}=${name}:${isType(payload) ? describe(payload, own) : describeFields(payload, own)}`
}

function describeFields(fields: Fields, own: Type<unknown>[]): string {
  return `{${Object.entries(fields)
    .map(([name, type]) => `${name}:${describe(type, own)}`)
    .join()}}`
}

/** Tells a type from named fields. */
export function isType(value: Type<unknown> | Fields): value is Type<unknown> {
  return typeof value.write === 'function'
}

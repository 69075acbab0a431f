/** Prints codecs as straight-line code: for each layout with parts a function that writes and one that reads. */
import { isType, type Layout, layoutOf, layoutText } from './layout.ts'
import type { Fields, Type, VariantShape } from './type.ts'

/** A type that gets a codec; functions are named for it. */
export interface Root {
  readonly name: string
  readonly type: Type<unknown>
}

/** Where a file of generated code imports from. */
export interface Imports {
  readonly codec: string
  readonly schema: string
  readonly parts: string
}

type Composite = Exclude<Layout, { readonly kind: 'part' | 'option' }>

/** Functions that belong together: those of the file, or those of a root that need types without a layout. */
interface Scope {
  readonly own: readonly Type<unknown>[]
  readonly names: Map<string, string>
  readonly code: string[]
}

/**
 * The source of a module that exports `codecs`, for `generated` of `@pha/core/schema`. Types in a root that have no layout
 * are given to its code as `own0`, `own1`, ...
 */
export function printCodecs(about: string, roots: readonly Root[], imports: Imports): string {
  const printer = new Printer()
  const entries = new Map<string, string>()
  for (const { name, type } of roots) {
    const { text } = layoutText(type)
    if (!entries.has(text)) entries.set(text, printer.root(name, type))
  }
  const body = `${printer.file.code.join('\n')}
/** By layout. */
export const codecs: GeneratedCodecs = new Map<string, (...own: readonly Codec[]) => Codec>([
${[...entries].map(([text, make]) => `[${JSON.stringify(text)}, ${make}],`).join('\n')}
])
`
  const used = (names: readonly string[]): readonly string[] => names.filter((name) => body.includes(`${name}(`))
  return `/** ${about} Written by \`npm run check -- codecs --write\`. */
import { ${['type Reader', ...used(['readLength']), 'type Writer'].join(', ')} } from '${imports.codec}'
import type { Codec, GeneratedCodecs } from '${imports.schema}'
import { ${used(PARTS).join(', ')} } from '${imports.parts}'

${body}`
}

const PARTS = [
  ...[
    'Bool',
    'U8',
    'U16',
    'U32',
    'U64',
    'U128',
    'CompactNumber',
    'CompactBigInt',
    'FixedBytes',
    'Bytes',
    'Text',
  ].flatMap((name) => [`read${name}`, `write${name}`]),
  'readTag',
  'requireItems',
  'requireObject',
  'unknownTag',
  'unknownVariant',
  'writeLength',
]

/** Names of the parts, and of types that the code uses. */
const TAKEN = [
  ...PARTS.map((name) => name.replace(/^(read|write)/, '')),
  ...['Length', 'Tag', 'Reader', 'Writer', 'Codec', 'GeneratedCodecs', 'Map', 'Readonly', 'Record', 'Uint8Array'],
]

class Printer {
  readonly file: Scope = { own: [], names: new Map(), code: [] }
  readonly #functionNames = new Set<string>(TAKEN)
  readonly #types = new Map<string, string>()
  readonly #typeNames = new Set<string>(TAKEN)

  /** What makes the codec of a root. */
  root(name: string, type: Type<unknown>): string {
    const { own } = layoutText(type)
    if (own.length === 0) {
      const functions = this.#functions(type, name, this.file)
      return `() => ({ write: write${functions}, read: read${functions} })`
    }
    const scope: Scope = { own, names: new Map(), code: [] }
    const functions = this.#functions(type, name, scope)
    const maker = unique(`make${name}`, this.#functionNames)
    const parameters = own.map((_, i) => `own${i}: Codec`).join(', ')
    this.file.code.push(
      `function ${maker}(${parameters}): Codec {\n${scope.code.join('\n')}\nreturn { write: write${functions}, read: read${functions} }\n}\n`,
    )
    return maker
  }

  /** The name of the functions of a type with parts; prints them when they are asked for first. */
  #functions(type: Type<unknown>, hint: string, scope: Scope): string {
    const layout = layoutOf(type)
    if (layout === undefined || layout.kind === 'part' || layout.kind === 'option') {
      throw new Error(`${hint} has no parts: it needs no code of its own`)
    }
    const { text, own } = layoutText(type)
    const home = own.length === 0 ? this.file : scope
    const key = `${text} ${own.map((part) => home.own.indexOf(part)).join()}`
    const known = home.names.get(key)
    if (known !== undefined) return known
    const name = unique(nameOf(type, hint), this.#functionNames)
    home.names.set(key, name)
    const valueType = this.#valueType(type, name)
    // The code of its parts comes first.
    const write = this.#writeBody(layout, name, home)
    const read = this.#readBody(layout, name, home)
    home.code.push(
      `function write${name}(to: Writer, value: ${valueType}): void {\n${write}\n}\n`,
      `function read${name}(from: Reader): ${valueType} {\n${read}\n}\n`,
    )
    return name
  }

  #writeBody(layout: Composite, name: string, scope: Scope): string {
    switch (layout.kind) {
      case 'struct':
        return this.#writeFields(layout.fields, 'value', name, scope)
      case 'enum': {
        const cases = layout.variants.map((variant) => {
          const payload = this.#writePayload(variant, name, scope)
          return [`case ${quoted(variant.name)}:`, `to.u8(${variant.index})`, ...payload, 'return'].join('\n')
        })
        return `switch (value?.type) {\n${cases.join('\n')}\ndefault:\nthrow unknownVariant(${quoted(layout.name)}, value)\n}`
      }
      case 'sequence':
        return `writeLength(to, value, ${number(layout.most)})\n${this.#writeItems(layout.of, name, scope)}`
      case 'array':
        return `requireItems(value, ${layout.length})\n${this.#writeItems(layout.of, name, scope)}`
      case 'tuple': {
        const parts = layout.of.map((part, i) => this.#write(part, `value[${i}]`, `${name}${i}`, scope))
        return [`requireItems(value, ${layout.of.length})`, ...parts].join('\n')
      }
      case 'result': {
        const ok = this.#write(layout.ok, 'value.value', `${name}Value`, scope)
        const error = this.#write(layout.error, 'value.error', `${name}Error`, scope)
        return `if (value.ok) {\nto.u8(0)\n${ok}\n} else {\nto.u8(1)\n${error}\n}`
      }
    }
  }

  #writePayload({ name, payload }: VariantShape, outer: string, scope: Scope): readonly string[] {
    if (payload === null) return []
    if (isType(payload)) return [this.#write(payload, 'value.value', `${outer}${pascal(name)}`, scope)]
    return [this.#writeFields(payload, 'value.value', `${outer}${pascal(name)}`, scope)]
  }

  #writeFields(fields: Fields, value: string, hint: string, scope: Scope): string {
    const lines = Object.entries(fields).map(([name, type]) =>
      this.#write(type, member(value, name), `${hint}${pascal(name)}`, scope),
    )
    return [`requireObject(${value})`, ...lines].join('\n')
  }

  #writeItems(of: Type<unknown>, name: string, scope: Scope): string {
    return `for (const item of value) {\n${this.#write(of, 'item', `${name}Item`, scope)}\n}`
  }

  #write(type: Type<unknown>, value: string, hint: string, scope: Scope): string {
    const layout = layoutOf(type)
    if (layout === undefined) return `own${scope.own.indexOf(type)}.write(to, ${value})`
    if (layout.kind === 'part') {
      if (layout.name === 'Unit') return ''
      return `write${layout.name}(to, ${value}${argumentOf(layout)})`
    }
    if (layout.kind === 'option') {
      return `if (${value} === undefined) to.u8(0)\nelse {\nto.u8(1)\n${this.#write(layout.of, value, hint, scope)}\n}`
    }
    return `write${this.#functions(type, hint, scope)}(to, ${value})`
  }

  #readBody(layout: Composite, name: string, scope: Scope): string {
    switch (layout.kind) {
      case 'struct':
        return `return ${this.#readFields(layout.fields, name, scope)}`
      case 'enum': {
        const cases = layout.variants.map((variant) => {
          const payload = this.#readPayload(variant, name, scope)
          return `case ${variant.index}:\nreturn { type: ${quoted(variant.name)}${payload} }`
        })
        return `const tag = from.u8()\nswitch (tag) {\n${cases.join('\n')}\ndefault:\nthrow unknownTag(${quoted(layout.name)}, tag)\n}`
      }
      case 'sequence': {
        const length = `const length = readLength(from, ${layout.of.smallest}, ${number(layout.most)})`
        return `${length}\n${this.#readItems(layout.of, 'length', name, scope)}`
      }
      case 'array':
        return this.#readItems(layout.of, String(layout.length), name, scope)
      case 'tuple':
        return `return [${layout.of.map((part, i) => this.#read(part, `${name}${i}`, scope)).join(', ')}]`
      case 'result': {
        const ok = this.#read(layout.ok, `${name}Value`, scope)
        const error = this.#read(layout.error, `${name}Error`, scope)
        return `return readTag(from, 2) === 0 ? { ok: true, value: ${ok} } : { ok: false, error: ${error} }`
      }
    }
  }

  #readPayload({ name, payload }: VariantShape, outer: string, scope: Scope): string {
    if (payload === null) return ''
    const hint = `${outer}${pascal(name)}`
    return `, value: ${isType(payload) ? this.#read(payload, hint, scope) : this.#readFields(payload, hint, scope)}`
  }

  #readFields(fields: Fields, hint: string, scope: Scope): string {
    const parts = Object.entries(fields).map(
      ([name, type]) => `${key(name)}: ${this.#read(type, `${hint}${pascal(name)}`, scope)}`,
    )
    return `{ ${parts.join(', ')} }`
  }

  #readItems(of: Type<unknown>, length: string, name: string, scope: Scope): string {
    const push = `items.push(${this.#read(of, `${name}Item`, scope)})`
    return `const items: ${itemsOf(this.#valueType(of, `${name}Item`))} = []\nfor (let i = 0; i < ${length}; i++) ${push}\nreturn items`
  }

  #read(type: Type<unknown>, hint: string, scope: Scope): string {
    const layout = layoutOf(type)
    if (layout === undefined) return `own${scope.own.indexOf(type)}.read(from)`
    if (layout.kind === 'part') {
      if (layout.name === 'Unit') return 'undefined'
      return `read${layout.name}(from${argumentOf(layout)})`
    }
    if (layout.kind === 'option') {
      return `readTag(from, 2) === 0 ? undefined : ${this.#read(layout.of, hint, scope)}`
    }
    return `read${this.#functions(type, hint, scope)}(from)`
  }

  /** The TypeScript type of the values; structs and enums get a name. */
  #valueType(type: Type<unknown>, hint: string): string {
    const layout = layoutOf(type)
    if (layout === undefined) return 'unknown'
    switch (layout.kind) {
      case 'part':
        return VALUE_TYPES[layout.name]
      case 'option':
        return `${this.#valueType(layout.of, hint)} | undefined`
      case 'sequence':
      case 'array':
        return `readonly ${itemsOf(this.#valueType(layout.of, `${hint}Item`))}`
      case 'tuple':
        return `readonly [${layout.of.map((part, i) => this.#valueType(part, `${hint}${i}`)).join(', ')}]`
      case 'result': {
        const [ok, error] = [this.#valueType(layout.ok, `${hint}Value`), this.#valueType(layout.error, `${hint}Error`)]
        return this.#alias(
          type,
          hint,
          () => `{ readonly ok: true; readonly value: ${ok} } | { readonly ok: false; readonly error: ${error} }`,
        )
      }
      case 'struct':
        return this.#alias(type, hint, () => this.#fieldTypes(layout.fields, hint))
      case 'enum':
        return this.#alias(type, hint, () => layout.variants.map((one) => this.#variantType(one, hint)).join(' | '))
    }
  }

  #variantType({ name, payload }: VariantShape, outer: string): string {
    const hint = `${outer}${pascal(name)}`
    const tag = `readonly type: ${quoted(name)}`
    if (payload === null) return `{ ${tag} }`
    const value = isType(payload) ? this.#valueType(payload, hint) : this.#fieldTypes(payload, hint)
    return `{ ${tag}; readonly value: ${value} }`
  }

  #fieldTypes(fields: Fields, hint: string): string {
    const parts = Object.entries(fields).map(
      ([name, type]) => `readonly ${key(name)}: ${this.#valueType(type, `${hint}${pascal(name)}`)}`,
    )
    return parts.length === 0 ? 'Readonly<Record<string, never>>' : `{ ${parts.join('; ')} }`
  }

  #alias(type: Type<unknown>, hint: string, print: () => string): string {
    const { text } = layoutText(type)
    const known = this.#types.get(text)
    if (known !== undefined) return known
    const name = unique(nameOf(type, hint), this.#typeNames)
    this.#types.set(text, name)
    this.file.code.push(`type ${name} = ${print()}\n`)
    return name
  }
}

const VALUE_TYPES = {
  Unit: 'undefined',
  Bool: 'boolean',
  U8: 'number',
  U16: 'number',
  U32: 'number',
  U64: 'bigint',
  U128: 'bigint',
  CompactNumber: 'number',
  CompactBigInt: 'bigint',
  FixedBytes: 'Uint8Array',
  Bytes: 'Uint8Array',
  Text: 'string',
} as const

/** The calls of each pallet are called `Call`, its events `Event`: where they are says more. */
function nameOf({ shape }: Type<unknown>, hint: string): string {
  if (shape.kind === 'named') return nameOf(shape.of, hint)
  const isOwnName = (shape.kind === 'struct' || shape.kind === 'enum') && shape.name !== 'Call' && shape.name !== ''
  return isOwnName ? shape.name : hint
}

function argumentOf({ argument }: Extract<Layout, { readonly kind: 'part' }>): string {
  return argument === undefined ? '' : `, ${number(argument)}`
}

function number(value: number): string {
  return value === 0xffff_ffff ? '0xffff_ffff' : String(value)
}

function unique(wanted: string, taken: Set<string>): string {
  let name = wanted
  for (let i = 2; taken.has(name); i++) name = `${wanted}${i}`
  taken.add(name)
  return name
}

function itemsOf(type: string): string {
  return /[|{ ]/.test(type) ? `(${type})[]` : `${type}[]`
}

function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/

function key(name: string): string {
  return IDENTIFIER.test(name) ? name : quoted(name)
}

function member(value: string, name: string): string {
  return IDENTIFIER.test(name) ? `${value}.${name}` : `${value}[${quoted(name)}]`
}

function quoted(text: string): string {
  return JSON.stringify(text)
}

/** Turns our types into scale-info: equal types get one id, and one path never means two types. */
import { toHex } from '@pha/core/codec'
import { type Fields, isType, type Shape, type Type, type VariantShape } from '@pha/core/schema'
import { snakeCase } from '../declare.ts'
import { RuntimeError } from '../runtime-error.ts'
import { type PortableField, PortableType, type TypeDefinition, type TypeParameters } from './portable-type.ts'

/** Where structs and enums of our own live; clients show it in type names. */
const OWN_NAMESPACE = 'phala'

export interface TypeRegistryOptions {
  /** Types that only the composed chain knows, in the place of the ones declared for them. */
  readonly substitutes: ReadonlyMap<Type<unknown>, Type<unknown>>
  /** Generic parameters that clients look up, by path such as `frame_system::EventRecord`. */
  readonly parameters: ReadonlyMap<string, readonly (readonly [name: string, type: Type<unknown>])[]>
}

export class TypeRegistry {
  readonly #options: TypeRegistryOptions
  readonly #types: (PortableType | undefined)[] = []
  readonly #ids = new Map<Type<unknown>, number>()
  readonly #idsByContent = new Map<string, number>()
  readonly #idsByLazyName = new Map<string, number>()
  readonly #contentByPath = new Map<string, string>()

  constructor(options: TypeRegistryOptions) {
    this.#options = options
  }

  /**
   * The id of a type; registers it and what it contains.
   * @throws RuntimeError `runtime.fault` for floats, and for two types of one name
   */
  idOf(declared: Type<unknown>): number {
    const type = this.#options.substitutes.get(declared) ?? declared
    const known = this.#ids.get(type)
    if (known !== undefined) return known
    const { shape } = type
    const id = shape.kind === 'lazy' ? this.#lazyId(shape) : this.#add(this.#describe(shape))
    this.#ids.set(type, id)
    return id
  }

  /** Keeps an id for an enum that `idOfVariants` describes later: what is described before may refer to it. */
  reserve(type: Type<unknown>): void {
    this.#ids.set(type, this.#types.push(undefined) - 1)
  }

  /** The id of an enum that is a pallet's own, such as its calls. `rename` spells the variants. */
  idOfVariants(
    path: readonly string[],
    type: Type<unknown>,
    docs: string,
    rename: (name: string) => string = (name) => name,
  ): number {
    if (type.shape.kind !== 'enum') throw new RuntimeError('runtime.fault', `${path.join('::')} is not an enum`)
    const variants = type.shape.variants.map((variant) => ({ ...variant, name: rename(variant.name) }))
    const described = { path, params: [], definition: this.#variants(variants), docs: lines(docs) }
    const reserved = this.#ids.get(type)
    if (reserved !== undefined) {
      this.#types[reserved] = { id: reserved, ...described }
      return reserved
    }
    const id = this.#add(described)
    this.#ids.set(type, id)
    return id
  }

  /** The id of an empty composite: a name without content. */
  idOfName(path: readonly string[]): number {
    return this.#add({ path, params: [], definition: { type: 'composite', value: [] }, docs: [] })
  }

  /** All registered types, by id. */
  types(): PortableType[] {
    return this.#types.map((type) => {
      if (type === undefined) throw new RuntimeError('runtime.fault', 'a type that contains itself was not completed')
      return type
    })
  }

  #add(described: Omit<PortableType, 'id'>): number {
    const content = toHex(PortableType.encode({ id: 0, ...described }))
    const known = this.#idsByContent.get(content)
    if (known !== undefined) return known
    if (described.path.length > 1) this.#requireUnique(described.path.join('::'), described.params, content)
    const id = this.#types.push({ id: this.#types.length, ...described }) - 1
    this.#idsByContent.set(content, id)
    return id
  }

  /** Clients name types by path: two types under one path need different parameters. */
  #requireUnique(path: string, params: TypeParameters, content: string): void {
    const key = `${path}<${params.map(({ type }) => type).join()}>`
    if (this.#contentByPath.has(key)) throw new RuntimeError('runtime.fault', `two types are called ${path}`)
    this.#contentByPath.set(key, content)
  }

  /** Reserves the id before looking inside, since the type contains itself. */
  #lazyId(shape: Extract<Shape, { kind: 'lazy' }>): number {
    const known = this.#idsByLazyName.get(shape.name)
    if (known !== undefined) return known
    const id = this.#types.push(undefined) - 1
    this.#idsByLazyName.set(shape.name, id)
    this.#types[id] = { id, ...this.#describe(shape.of().shape) }
    return id
  }

  #describe(shape: Shape): Omit<PortableType, 'id'> {
    switch (shape.kind) {
      case 'primitive':
        if (shape.name === 'f64') throw new RuntimeError('runtime.fault', 'the runtime has no floats')
        return unnamed({ type: 'primitive', value: { type: shape.name } })
      case 'compact':
        return unnamed({ type: 'compact', value: this.idOf(shape.of) })
      case 'sequence':
        return unnamed({ type: 'sequence', value: this.idOf(shape.of) })
      case 'array':
        return unnamed({ type: 'array', value: { length: shape.length, type: this.idOf(shape.of) } })
      case 'tuple':
        return unnamed({ type: 'tuple', value: shape.of.map((type) => this.idOf(type)) })
      case 'option':
        return this.#generic('Option', [['T', shape.of]], [['None'], ['Some', shape.of]])
      case 'result':
        return this.#generic(
          'Result',
          [
            ['T', shape.ok],
            ['E', shape.error],
          ],
          [
            ['Ok', shape.ok],
            ['Err', shape.error],
          ],
        )
      case 'struct':
        return {
          path: [OWN_NAMESPACE, shape.name],
          params: [],
          definition: { type: 'composite', value: this.#fields(shape.fields) },
          docs: lines(shape.docs),
        }
      case 'enum':
        return {
          path: [OWN_NAMESPACE, shape.name],
          params: [],
          definition: this.#variants(shape.variants),
          docs: lines(shape.docs),
        }
      case 'named':
        return this.#named(shape)
      case 'lazy':
        return this.#describe(shape.of().shape)
    }
  }

  /** The same struct or enum under a known path; anything else becomes the only field of a struct of that name. */
  #named({ path, of }: Extract<Shape, { kind: 'named' }>): Omit<PortableType, 'id'> {
    const parameters = this.#options.parameters.get(path.join('::')) ?? []
    const params = parameters.map(([name, type]) => ({ name, type: this.idOf(type) }))
    if (of.shape.kind === 'struct' || of.shape.kind === 'enum') return { ...this.#describe(of.shape), path, params }
    return { path, params, definition: { type: 'composite', value: [field(undefined, this.idOf(of))] }, docs: [] }
  }

  #generic(
    name: string,
    params: readonly (readonly [name: string, type: Type<unknown>])[],
    variants: readonly (readonly [name: string, payload?: Type<unknown>])[],
  ): Omit<PortableType, 'id'> {
    return {
      path: [name],
      params: params.map(([param, type]) => ({ name: param, type: this.idOf(type) })),
      definition: {
        type: 'variant',
        value: variants.map(([variant, payload], index) => ({
          name: variant,
          index,
          docs: [],
          // One field whatever it is: dedot looks for that of `Ok(())`.
          fields: payload === undefined ? [] : [field(undefined, this.idOf(payload))],
        })),
      },
      docs: [],
    }
  }

  #variants(variants: readonly VariantShape[]): TypeDefinition {
    return {
      type: 'variant',
      value: variants.map(({ name, index, docs, payload }) => ({
        name,
        index,
        docs: lines(docs),
        fields: this.#payload(payload),
      })),
    }
  }

  #payload(payload: VariantShape['payload']): PortableField[] {
    if (payload === null) return []
    if (!isType(payload)) return this.#fields(payload)
    // A variant with several unnamed values: that is what Substrate writes for a tuple.
    if (payload.shape.kind === 'tuple') return payload.shape.of.map((type) => field(undefined, this.idOf(type)))
    return [field(undefined, this.idOf(payload))]
  }

  #fields(fields: Fields): PortableField[] {
    return Object.entries(fields).map(([name, type]) => field(snakeCase(name), this.idOf(type)))
  }
}

function field(name: string | undefined, type: number): PortableField {
  return { name, type, typeName: undefined, docs: [] }
}

function unnamed(definition: TypeDefinition): Omit<PortableType, 'id'> {
  return { path: [], params: [], definition, docs: [] }
}

/** Documentation is a list of lines in metadata. */
export function lines(docs: string): string[] {
  return docs === '' ? [] : docs.split('\n')
}

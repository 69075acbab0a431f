/**
 * Typed state. An entry of a map has the key `name:` + SCALE(key); a value has the key `name`.
 * Names hold no colon, so no entry of one field can be mistaken for another's. Iteration is in the order of encoded keys.
 */
import { concatBytes, utf8Encode } from '@pha/core/codec'
import type { Type } from '@pha/core/schema'
import { t } from '@pha/core/schema'
import { currentHost } from './host.ts'

export interface MapField<K, V> {
  readonly kind: 'map'
  readonly key: Type<K>
  readonly value: Type<V>
}

export interface ValueField<V> {
  readonly kind: 'value'
  readonly value: Type<V>
  readonly initial: V
}

/** Declares a map from keys to values. */
export function map<K, V>(key: Type<K>, value: Type<V>): MapField<K, V> {
  return { kind: 'map', key, value }
}

/** Declares a single value and what it is before it was first set. */
export function value<V>(type: Type<V>, initial: V): ValueField<V> {
  return { kind: 'value', value: type, initial }
}

export interface StateMap<K, V> {
  get(key: K): V | undefined
  has(key: K): boolean
  set(key: K, value: V): void
  delete(key: K): void
  /** Number of entries, kept beside them, so reading it costs one access. */
  readonly size: number
  keys(): IterableIterator<K>
  values(): IterableIterator<V>
  entries(): IterableIterator<[K, V]>
}

export interface StateValue<V> {
  get(): V
  set(value: V): void
}

export type State<F> = {
  readonly [K in keyof F]: F[K] extends MapField<infer Key, infer V>
    ? StateMap<Key, V>
    : F[K] extends ValueField<infer V>
      ? StateValue<V>
      : never
}

export function bindState<const F extends { readonly [name: string]: object }>(fields: F): State<F> {
  const bound: { [name: string]: unknown } = {}
  for (const [name, field] of Object.entries(fields)) {
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name)) throw new Error(`contract.bad-name: state field ${name}`)
    bound[name] = isMap(field) ? stateMap(name, field) : stateValue(name, field as ValueField<unknown>)
  }
  return bound as State<F>
}

function isMap(field: object): field is MapField<unknown, unknown> {
  return 'kind' in field && field.kind === 'map'
}

function stateValue<V>(name: string, { value: type, initial }: ValueField<V>): StateValue<V> {
  const key = utf8Encode(name)
  return {
    get() {
      const bytes = currentHost().get(key)
      return bytes === undefined ? initial : type.decode(bytes)
    },
    set(next) {
      currentHost().set(key, type.encode(next))
    },
  }
}

function stateMap<K, V>(name: string, field: MapField<K, V>): StateMap<K, V> {
  const prefix = utf8Encode(`${name}:`)
  const size = stateValue(`${name}#`, { kind: 'value', value: t.u32, initial: 0 })
  const at = (key: K): Uint8Array => concatBytes(prefix, field.key.encode(key))

  function* storedKeys(): Generator<Uint8Array> {
    for (
      let key = currentHost().nextKey(prefix, undefined);
      key !== undefined;
      key = currentHost().nextKey(prefix, key)
    ) {
      yield key
    }
  }
  function readAt(key: Uint8Array): V {
    const bytes = currentHost().get(key)
    if (bytes === undefined) throw new Error('contract.state-lost: an iterated entry has no value')
    return field.value.decode(bytes)
  }

  return {
    get(key) {
      const bytes = currentHost().get(at(key))
      return bytes === undefined ? undefined : field.value.decode(bytes)
    },
    has: (key) => currentHost().get(at(key)) !== undefined,
    set(key, next) {
      const stored = at(key)
      const bytes = field.value.encode(next)
      if (currentHost().get(stored) === undefined) size.set(size.get() + 1)
      currentHost().set(stored, bytes)
    },
    delete(key) {
      const stored = at(key)
      if (currentHost().get(stored) === undefined) return
      size.set(size.get() - 1)
      currentHost().set(stored, undefined)
    },
    get size() {
      return size.get()
    },
    *keys() {
      for (const key of storedKeys()) yield field.key.decode(key.subarray(prefix.length))
    },
    *values() {
      for (const key of storedKeys()) yield readAt(key)
    },
    *entries() {
      for (const key of storedKeys()) yield [field.key.decode(key.subarray(prefix.length)), readAt(key)]
    },
  }
}

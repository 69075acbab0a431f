/** Types made of other types: sequences, arrays, tuples, options, results, and names for well-known types. */
import { type Reader, readLength, type Writer } from '../codec/index.ts'
import { readTag, readUnit, requireItems, writeLength, writeUnit } from './parts.ts'
import { UNBOUNDED } from './strings.ts'
import { defineType, type Infer, type Type } from './type.ts'

/** A sequence of items that take no bytes would let one byte claim billions of them. */
const MOST_EMPTY_ITEMS = 1024

export function vec<T>(of: Type<T>): Type<readonly T[]> {
  return sequence(of, undefined)
}

/** A sequence of at most `bound` items. */
export function boundedVec<T>(of: Type<T>, bound: number): Type<readonly T[]> {
  return sequence(of, bound)
}

export function array<T>(of: Type<T>, length: number): Type<readonly T[]> {
  return defineType<readonly T[]>(
    { kind: 'array', of, length },
    of.smallest * length,
    (to, value) => {
      requireItems(value, length)
      for (const item of value) of.write(to, item)
    },
    (from) => readItems(from, of, length),
    { kind: 'array', of, length },
  )
}

export function tuple<const T extends readonly Type<unknown>[]>(
  ...of: T
): Type<{ readonly [K in keyof T]: Infer<T[K]> }> {
  type Value = { readonly [K in keyof T]: Infer<T[K]> }
  return defineType<Value>(
    { kind: 'tuple', of },
    of.reduce((sum, type) => sum + type.smallest, 0),
    (to, value) => {
      requireItems(value, of.length)
      of.forEach((type, i) => {
        type.write(to, value[i])
      })
    },
    (from) => of.map((type) => type.read(from)) as unknown as Value,
    { kind: 'tuple', of },
  )
}

/** Nothing: no bytes. */
export const unit: Type<undefined> = defineType<undefined>({ kind: 'tuple', of: [] }, 0, writeUnit, readUnit, {
  kind: 'part',
  name: 'Unit',
})

/** A value or `undefined`. */
export function option<T>(of: Type<T>): Type<T | undefined> {
  return defineType<T | undefined>(
    { kind: 'option', of },
    1,
    (to, value) => {
      to.u8(value === undefined ? 0 : 1)
      if (value !== undefined) of.write(to, value)
    },
    (from) => (readTag(from, 2) === 0 ? undefined : of.read(from)),
    { kind: 'option', of },
  )
}

export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }

export function result<T, E>(ok: Type<T>, error: Type<E>): Type<Result<T, E>> {
  return defineType<Result<T, E>>(
    { kind: 'result', ok, error },
    1 + Math.min(ok.smallest, error.smallest),
    (to: Writer, value) => {
      to.u8(value.ok ? 0 : 1)
      if (value.ok) ok.write(to, value.value)
      else error.write(to, value.error)
    },
    (from) => (readTag(from, 2) === 0 ? { ok: true, value: ok.read(from) } : { ok: false, error: error.read(from) }),
    { kind: 'result', ok, error },
  )
}

/** The same bytes under a path that clients know, such as `['sp_core', 'crypto', 'AccountId32']`. */
export function named<T>(path: readonly string[], of: Type<T>): Type<T> {
  return { ...of, shape: { kind: 'named', path, of } }
}

/** A type that contains itself; how deep and how often is bounded, in writing as in reading. */
export function lazy<T>(name: string, of: () => Type<T>, smallest = 1): Type<T> {
  return defineType<T>(
    { kind: 'lazy', name, of },
    smallest,
    (to, value) => to.nested(() => of().write(to, value)),
    (from) => from.nested(() => of().read(from)),
  )
}

function sequence<T>(of: Type<T>, bound: number | undefined): Type<readonly T[]> {
  const most = of.smallest === 0 ? Math.min(bound ?? UNBOUNDED, MOST_EMPTY_ITEMS) : (bound ?? UNBOUNDED)
  return defineType<readonly T[]>(
    bound === undefined ? { kind: 'sequence', of } : { kind: 'sequence', of, bound },
    1,
    (to, value) => {
      writeLength(to, value, most)
      for (const item of value) of.write(to, item)
    },
    (from) => readItems(from, of, readLength(from, of.smallest, most)),
    { kind: 'sequence', of, most },
  )
}

function readItems<T>(from: Reader, of: Type<T>, length: number): T[] {
  const items: T[] = []
  for (let i = 0; i < length; i++) items.push(of.read(from))
  return items
}

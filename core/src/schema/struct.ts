/** Structs: named fields, written in the order of their declaration. */
import type { Reader, Writer } from '../codec/index.ts'
import { requireObject } from './parts.ts'
import { defineType, type Fields, type InferFields, type Type } from './type.ts'

/**
 * A struct with a name that metadata and documentation show.
 * @example
 * const Point = struct('Point', { x: u32, y: u32 }, 'A place on the map.')
 * Point.encode({ x: 1, y: 2 })
 */
export function struct<const F extends Fields>(name: string, fields: F, docs = ''): Type<InferFields<F>> {
  const { smallest, write, read } = fieldsCodec(fields)
  return defineType<InferFields<F>>({ kind: 'struct', name, fields, docs }, smallest, write, read, {
    kind: 'struct',
    fields,
  })
}

/** The codec of named fields, shared by structs, enum variants, calls and events. */
export function fieldsCodec<const F extends Fields>(fields: F) {
  const names = Object.keys(fields)
  const types = Object.values(fields)
  return {
    smallest: types.reduce((sum, type) => sum + type.smallest, 0),
    write(to: Writer, value: InferFields<F>): void {
      requireObject(value)
      for (let i = 0; i < types.length; i++) types[i]?.write(to, value[names[i] as string])
    },
    read(from: Reader): InferFields<F> {
      const value: { [name: string]: unknown } = {}
      for (let i = 0; i < types.length; i++) value[names[i] as string] = types[i]?.read(from)
      return value as InferFields<F>
    },
  }
}

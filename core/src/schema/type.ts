/** A type is a value: it writes, reads and describes what it carries. Everything else is derived from it. */
import { CodecError, Reader, type Writer, written } from '../codec/index.ts'
import { type Codec, type Layout, noteLayout } from './layout.ts'

/** A named field, as in a struct, the arguments of a call or the data of an event. */
export type Fields = { readonly [name: string]: Type<unknown> }

/** What a type looks like from outside: metadata, ABI and documentation are made from this. */
export type Shape =
  | { readonly kind: 'primitive'; readonly name: PrimitiveName }
  | { readonly kind: 'compact'; readonly of: Type<unknown> }
  /** `packed`: values are typed arrays instead of arrays; the bytes are the same. */
  | { readonly kind: 'sequence'; readonly of: Type<unknown>; readonly bound?: number; readonly packed?: true }
  | { readonly kind: 'array'; readonly of: Type<unknown>; readonly length: number }
  | { readonly kind: 'tuple'; readonly of: readonly Type<unknown>[] }
  | { readonly kind: 'option'; readonly of: Type<unknown> }
  | { readonly kind: 'result'; readonly ok: Type<unknown>; readonly error: Type<unknown> }
  | { readonly kind: 'struct'; readonly name: string; readonly fields: Fields; readonly docs: string }
  | { readonly kind: 'enum'; readonly name: string; readonly variants: readonly VariantShape[]; readonly docs: string }
  /** The same bytes under a well-known name, such as `sp_core::crypto::AccountId32`. */
  | { readonly kind: 'named'; readonly path: readonly string[]; readonly of: Type<unknown> }
  | { readonly kind: 'lazy'; readonly name: string; readonly of: () => Type<unknown> }

export type PrimitiveName =
  | 'bool'
  | 'str'
  | 'f64'
  | 'u8'
  | 'u16'
  | 'u32'
  | 'u64'
  | 'u128'
  | 'u256'
  | 'i8'
  | 'i16'
  | 'i32'
  | 'i64'
  | 'i128'

export interface VariantShape {
  readonly name: string
  readonly index: number
  readonly docs: string
  /** Named fields, one unnamed value, or nothing. */
  readonly payload: Fields | Type<unknown> | null
}

export interface Type<T> {
  readonly shape: Shape
  /** The fewest bytes any value takes: bounds what a length prefix may claim. */
  readonly smallest: number
  write(to: Writer, value: T): void
  read(from: Reader): T
  /**
   * Strict SCALE bytes of a value.
   * @throws CodecError if the value is out of the type's range
   */
  encode(value: T): Uint8Array
  /**
   * The value that exactly these bytes carry.
   * @throws CodecError for every other input: trailing bytes, non-canonical forms, wrong tags, over-long lengths
   */
  decode(bytes: Uint8Array): T
}

/** The TypeScript type of the values of a `Type`. */
export type Infer<X> = X extends Type<infer T> ? T : never

/** The object type of named fields. */
export type InferFields<F extends Fields> = { readonly [K in keyof F]: Infer<F[K]> }

export type Decoded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string }

export type Write<T> = (to: Writer, value: T) => void
export type Read<T> = (from: Reader) => T

/** Completes a type from its cursor functions; those with a layout may be replaced by generated ones. */
export function defineType<T>(
  shape: Shape,
  smallest: number,
  write: Write<T>,
  read: Read<T>,
  layout?: Layout,
): Type<T> {
  if (layout !== undefined) noteLayout({ write, read } as Codec, layout)
  return {
    shape,
    smallest,
    write,
    read,
    encode: (value) => written((to) => write(to, value)),
    decode(bytes) {
      const reader = new Reader(bytes)
      const value = read(reader)
      reader.expectEnd()
      return value
    },
  }
}

/**
 * Decodes bytes that an attacker may have made: a refusal is an answer, not an exception.
 * @example
 * const header = tryDecode(Header, bytes)
 * if (!header.ok) return { ok: false, reason: header.reason }
 */
export function tryDecode<T>(type: Type<T>, bytes: Uint8Array): Decoded<T> {
  try {
    return { ok: true, value: type.decode(bytes) }
  } catch (error) {
    if (error instanceof CodecError) return { ok: false, reason: error.code }
    throw error
  }
}

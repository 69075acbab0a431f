/** JSON in and out of declared types: bytes are `0x` text (accounts also SS58), 64-bit and wider integers decimal text. */
import { fromHex, ss58Decode, ss58Encode, toHex } from '@pha/core/codec'
import { type Fields, isType, type Shape, type Type, type VariantShape } from '@pha/core/schema'
import { CliError } from './cli-error.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/**
 * The value of `type` that `json` describes.
 * @throws CliError `cli.bad-argument` naming the place
 * @example fromJson(t.struct('P', { to: t.accountId }), { to: '3zn1BH...' }, 'args')
 */
export function fromJson(type: Type<unknown>, json: Json, place: string): unknown {
  const { shape } = type
  switch (shape.kind) {
    case 'primitive':
      return primitiveFromJson(shape.name, json, place)
    case 'compact':
      return fromJson(shape.of, json, place)
    case 'named':
      if (shape.path.at(-1) === 'AccountId32' && typeof json === 'string' && !json.startsWith('0x')) {
        return ss58Decode(json).account
      }
      return fromJson(shape.of, json, place)
    case 'sequence':
    case 'array':
      return itemsFromJson(shape, json, place)
    case 'tuple':
      if (shape.of.length === 0) return undefined
      return asArray(json, place).map((item, i) =>
        fromJson(shape.of[i] ?? refuse(place, 'too many items'), item, `${place}[${i}]`),
      )
    case 'option':
      return json === null || json === undefined ? undefined : fromJson(shape.of, json, place)
    case 'struct':
      return fieldsFromJson(shape.fields, json, place)
    case 'enum':
      return variantFromJson(shape.variants, json, place)
    case 'lazy':
      return fromJson(shape.of(), json, place)
    case 'result':
      return refuse(place, 'results cannot be arguments')
  }
}

/** Named arguments of a call. */
export function fieldsFromJson(fields: Fields, json: Json, place: string): { [name: string]: unknown } {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return refuse(place, 'an object was expected')
  const given = json as { readonly [name: string]: Json }
  const unknown = Object.keys(given).find((name) => !(name in fields))
  if (unknown !== undefined) return refuse(place, `there is no ${unknown}; known: ${Object.keys(fields).join(', ')}`)
  return Object.fromEntries(
    Object.entries(fields).map(([name, type]) => [name, fromJson(type, given[name] ?? null, `${place}.${name}`)]),
  )
}

/** A decoded value as JSON that `fromJson` reads back. */
export function toJson(type: Type<unknown>, value: unknown): unknown {
  const { shape } = type
  switch (shape.kind) {
    case 'primitive':
      return typeof value === 'bigint' ? value.toString() : value
    case 'compact':
      return toJson(shape.of, value)
    case 'named':
      return shape.path.at(-1) === 'AccountId32' ? ss58Encode(value as Uint8Array) : toJson(shape.of, value)
    case 'sequence':
    case 'array':
      if (value instanceof Uint8Array) return toHex(value)
      return Array.from(value as ArrayLike<unknown>, (item) => toJson(shape.of, item))
    case 'tuple':
      return shape.of.length === 0 ? null : shape.of.map((of, i) => toJson(of, (value as readonly unknown[])[i]))
    case 'option':
      return value === undefined ? null : toJson(shape.of, value)
    case 'struct':
      return fieldsToJson(shape.fields, value)
    case 'enum': {
      const { type: name, value: carried } = value as { type: string; value?: unknown }
      const payload = shape.variants.find((variant) => variant.name === name)?.payload ?? null
      if (payload === null) return { type: name }
      return { type: name, value: isType(payload) ? toJson(payload, carried) : fieldsToJson(payload, carried) }
    }
    case 'lazy':
      return toJson(shape.of(), value)
    case 'result': {
      const outcome = value as { ok: boolean; value?: unknown; error?: unknown }
      return outcome.ok ? { ok: toJson(shape.ok, outcome.value) } : { error: toJson(shape.error, outcome.error) }
    }
  }
}

function fieldsToJson(fields: Fields, value: unknown): unknown {
  const given = value as { readonly [name: string]: unknown }
  return Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, toJson(type, given[name])]))
}

function primitiveFromJson(name: string, json: Json, place: string): unknown {
  if (name === 'bool') return typeof json === 'boolean' ? json : refuse(place, 'true or false was expected')
  if (name === 'str') return typeof json === 'string' ? json : refuse(place, 'text was expected')
  if (name === 'f64') return typeof json === 'number' ? json : refuse(place, 'a number was expected')
  if (!/^-?\d+$/.test(String(json))) return refuse(place, `an integer (${name}) was expected`)
  return Number(name.slice(1)) > 32 ? BigInt(String(json)) : Number(json)
}

function itemsFromJson(shape: Extract<Shape, { kind: 'sequence' | 'array' }>, json: Json, place: string): unknown {
  const item = shape.of.shape
  if (item.kind === 'primitive' && item.name === 'u8' && typeof json === 'string') return fromHex(json)
  const items = asArray(json, place).map((each, i) => fromJson(shape.of, each, `${place}[${i}]`))
  if (item.kind === 'primitive' && item.name === 'u8') return Uint8Array.from(items as number[])
  return shape.kind === 'sequence' && shape.packed ? Uint16Array.from(items as number[]) : items
}

function variantFromJson(variants: readonly VariantShape[], json: Json, place: string): unknown {
  const given =
    typeof json === 'string' ? { type: json } : (json as { readonly type?: Json; readonly value?: Json } | null)
  const variant = variants.find(({ name }) => name === given?.type)
  if (given === null || variant === undefined) {
    return refuse(place, `one of ${variants.map(({ name }) => name).join(', ')} was expected as {"type": ...}`)
  }
  const { payload } = variant
  if (payload === null) return { type: variant.name }
  const value = given.value ?? null
  const here = `${place}.value`
  return {
    type: variant.name,
    value: isType(payload) ? fromJson(payload, value, here) : fieldsFromJson(payload, value, here),
  }
}

function asArray(json: Json, place: string): readonly Json[] {
  return Array.isArray(json) ? json : refuse(place, 'a list was expected')
}

function refuse(place: string, why: string): never {
  throw new CliError('cli.bad-argument', `${place}: ${why}`, "see the argument types in the contract's source")
}

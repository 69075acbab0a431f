/** Members of signed JSON objects, each of the type that its reader expects; anything else is malformed. */
import { fromHex } from '../codec/index.ts'
import { secondsOfIso } from './calendar.ts'
import type { Json, JsonObject } from './json.ts'
import { demand, refuse } from './refusal.ts'

export function objectOf(value: Json | undefined): JsonObject {
  return value instanceof Map ? value : refuse('malformed')
}

export function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly Json[]).map(objectOf) : refuse('malformed')
}

export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : refuse('malformed')
}

export function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly Json[]).map(textOf) : refuse('malformed')
}

/** A whole number of 0 to `max`. */
export function numberOf(value: Json | undefined, max: number): number {
  return typeof value === 'number' && value <= max ? value : refuse('malformed')
}

/** Bytes of hexadecimal text without prefix. */
export function bytesOf(value: Json | undefined, length: number): Uint8Array {
  const text = textOf(value)
  demand(text.length === 2 * length, 'malformed')
  return fromHex(`0x${text}`)
}

/** Seconds since 1970 of `2025-06-19T10:56:11Z`: whole seconds, UTC by name. */
export function timeOf(value: Json | undefined): number {
  const text = textOf(value)
  demand(text.length === 20 && text.endsWith('Z'), 'malformed')
  return secondsOfIso(text)
}

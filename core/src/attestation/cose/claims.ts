/** Claims of a signed map: each has the type and the size that its specification gives, or the token is refused. */
import { demand, refuse } from '../refusal.ts'
import { type CborKey, type CborMap, type CborValue, isCborArray } from './cbor.ts'

/** Byte string of one of these lengths. */
export function bytesClaim(claims: CborMap, key: CborKey, ...lengths: readonly number[]): Uint8Array {
  return bytesOf(claim(claims, key), lengths)
}

/** Byte string; undefined where the claim is absent, which some say by `null`. */
export function optionalBytesClaim(claims: CborMap, key: CborKey): Uint8Array | undefined {
  const value = claims.get(key) ?? undefined
  if (value === undefined || value instanceof Uint8Array) return value
  return refuse('malformed')
}

export function textClaim(claims: CborMap, key: CborKey): string {
  const value = claim(claims, key)
  return typeof value === 'string' ? value : refuse('malformed')
}

export function optionalTextClaim(claims: CborMap, key: CborKey): string | undefined {
  return claims.get(key) === undefined ? undefined : textClaim(claims, key)
}

/** Natural number up to `most`. */
export function naturalClaim(claims: CborMap, key: CborKey, most: number): number {
  const value = claim(claims, key)
  if (typeof value !== 'number' || value < 0 || value > most) return refuse('malformed')
  return value
}

/** Array that is not empty. */
export function listClaim(claims: CborMap, key: CborKey): readonly CborValue[] {
  const value = claim(claims, key)
  if (!isCborArray(value) || value.length === 0) return refuse('malformed')
  return value
}

export function mapClaim(claims: CborMap, key: CborKey): CborMap {
  return mapOf(claim(claims, key))
}

export function mapOf(value: CborValue): CborMap {
  return value instanceof Map ? value : refuse('malformed')
}

export function bytesOf(value: CborValue, lengths: readonly number[]): Uint8Array {
  if (!(value instanceof Uint8Array)) return refuse('malformed')
  demand(lengths.includes(value.length), 'malformed')
  return value
}

function claim(claims: CborMap, key: CborKey): CborValue {
  return claims.get(key) ?? refuse('missing-claim')
}

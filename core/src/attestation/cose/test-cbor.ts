/** CBOR for tests, in shortest heads and in the order given; what needs another form is written by hand. */
import { concatBytes, utf8Encode } from '../../codec/index.ts'
import { type CborKey, CborTagged, type CborValue, isCborArray } from './cbor.ts'
import { cborBytes, cborHead } from './cbor-head.ts'

export type Entries = readonly (readonly [CborKey, CborValue])[]

export function encodeCbor(value: CborValue): Uint8Array {
  if (typeof value === 'number') return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value)
  if (typeof value === 'string') return concatBytes(cborHead(3, utf8Encode(value).length), utf8Encode(value))
  if (typeof value === 'boolean') return Uint8Array.of(value ? 0xf5 : 0xf4)
  if (typeof value === 'bigint') throw new RangeError('tests write large integers by hand')
  if (value === null) return Uint8Array.of(0xf6)
  if (value instanceof Uint8Array) return cborBytes(value)
  if (value instanceof CborTagged) return concatBytes(cborHead(6, value.tag), encodeCbor(value.content))
  if (isCborArray(value)) return concatBytes(cborHead(4, value.length), ...value.map(encodeCbor))
  return concatBytes(cborHead(5, value.size), ...[...value].flat().map(encodeCbor))
}

/**
 * `usual` with some entries in place of its own, or without those that are given as undefined.
 *
 * @example
 * changed([[1, 'a'], [2, 'b']], [[2, undefined], [3, 'c']]) // Map { 1 => 'a', 3 => 'c' }
 */
export function changed(
  usual: Entries,
  changes: readonly (readonly [CborKey, CborValue | undefined])[] = [],
): ReadonlyMap<CborKey, CborValue> {
  const entries = new Map(usual)
  for (const [key, value] of changes) {
    if (value === undefined) entries.delete(key)
    else entries.set(key, value)
  }
  return entries
}

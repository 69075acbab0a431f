/** SCALE compact integers below 2^30: the lengths inside nodes and the keys of ordered tries. */
import { TrieError } from './trie-error.ts'

/** One more than the largest number of the four-byte mode; more than any length or index that we accept. */
export const COMPACT_LIMIT = 2 ** 30

/** Writes `value` at `offset` and returns the offset after it. */
export function writeCompact(out: Uint8Array, offset: number, value: number): number {
  const [length, mode] = value < 2 ** 6 ? [1, 0] : value < 2 ** 14 ? [2, 1] : [4, 2]
  let rest = value * 4 + mode
  for (let i = 0; i < length; i++) {
    out[offset + i] = rest & 0xff
    rest >>>= 8
  }
  return offset + length
}

/**
 * The compact encoding of `value` alone.
 *
 * @throws TrieError `trie.number-too-large` unless `value` is a whole number in 0..2^30-1
 */
export function encodeCompact(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value >= COMPACT_LIMIT)
    throw new TrieError('trie.number-too-large', `not a compact number below 2^30: ${value}`)
  const out = new Uint8Array(4)
  return out.slice(0, writeCompact(out, 0, value))
}

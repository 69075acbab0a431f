/** Half-byte positions inside a byte key: position 2i is the high half of byte i, 2i + 1 the low half. */

export function nibbleAt(key: Uint8Array, position: number): number {
  const byte = key[position >> 1] as number
  return position & 1 ? byte & 0x0f : byte >> 4
}

/** First position in `from`..`limit` where `a` and `b` differ, or `limit`. Both must reach `limit`. */
export function firstDifference(a: Uint8Array, b: Uint8Array, from: number, limit: number): number {
  let position = from
  if (position & 1 && position < limit) {
    if (nibbleAt(a, position) !== nibbleAt(b, position)) return position
    position++
  }
  while (position + 1 < limit && a[position >> 1] === b[position >> 1]) position += 2
  while (position < limit && nibbleAt(a, position) === nibbleAt(b, position)) position++
  return position
}

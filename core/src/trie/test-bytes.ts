/** Bytes for this folder's tests: hex, keys that collide in prefixes, values around the 32-byte limits. */
import fc from 'fast-check'

export const toHex = (bytes: Uint8Array): string =>
  bytes.reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), '')

export const fromHex = (text: string): Uint8Array =>
  Uint8Array.from(text.replace(/^0x/, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

const crowdedKey = fc
  .array(fc.constantFrom(0x00, 0x01, 0x10, 0x11, 0xff), { maxLength: 5 })
  .map((a) => Uint8Array.from(a))
const longKey = fc
  .tuple(fc.integer({ min: 0, max: 500 }), crowdedKey)
  .map(([n, tail]) => Uint8Array.of(...new Uint8Array(n), ...tail))

export const anyKey = fc.oneof(
  { weight: 6, arbitrary: crowdedKey },
  { weight: 1, arbitrary: longKey },
  fc.uint8Array({ maxLength: 40 }),
)

export const anyValue = fc.oneof(
  fc.uint8Array({ maxLength: 3 }),
  fc.uint8Array({ minLength: 24, maxLength: 40 }),
  fc.constantFrom(70, 20_000).map((n) => new Uint8Array(n)),
)

export const anyVersion = fc.constantFrom<0 | 1>(0, 1)

/** Last one wins, as in a trie. */
export const anyEntries = fc.array(fc.tuple(anyKey, anyValue), { maxLength: 40 })

/** A plain map with the same content, sorted by key. */
export function sortedModel(changes: Iterable<readonly [Uint8Array, Uint8Array | undefined]>): [string, Uint8Array][] {
  const model = new Map<string, Uint8Array>()
  for (const [key, value] of changes) {
    if (value === undefined) model.delete(toHex(key))
    else model.set(toHex(key), value)
  }
  return [...model].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** The state of a contract in a map, ordered as `StateAccess` says: for tests, and for trying a contract out. */
import type { StateAccess } from './executor.ts'

/** State in memory; `entries` is its content in key order, as hexadecimal. */
export function memoryState(): StateAccess & { entries(): [string, string][] } {
  const values = new Map<string, Uint8Array>()
  const nameOf = (key: Uint8Array): string => Buffer.from(key).toString('hex')
  const sorted = (): string[] => [...values.keys()].sort()
  return {
    get: (key) => values.get(nameOf(key)),
    set(key, value) {
      if (value === undefined) values.delete(nameOf(key))
      else values.set(nameOf(key), value)
    },
    nextKey(prefix, after) {
      const start = after === undefined ? '' : nameOf(after)
      const found = sorted().find((key) => key.startsWith(nameOf(prefix)) && (after === undefined || key > start))
      return found === undefined ? undefined : new Uint8Array(Buffer.from(found, 'hex'))
    },
    entries: () => sorted().map((key) => [key, nameOf(values.get(key) ?? new Uint8Array())]),
  }
}

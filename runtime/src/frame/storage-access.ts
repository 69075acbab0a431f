/** Storage items as handlers use them: typed, synchronous, through the overlay. */
import type { KeyOf, StorageItem } from './declare.ts'
import type { Overlay } from './overlay.ts'

/** A single value (no keys), a map (one key) or a double map (two). Values read are fresh copies: write them back. */
export interface StorageAccess<Keys extends readonly unknown[], V, Get> {
  get(...keys: Keys): Get
  /** Whether something is stored, whatever the fallback says. */
  has(...keys: Keys): boolean
  set(...keysAndValue: [...Keys, V]): void
  remove(...keys: Keys): void
  /**
   * Reads, changes, writes; `undefined` removes.
   * @example
   * storage.count.mutate((count) => count + 1)
   */
  mutate(...keysAndChange: [...Keys, (current: Get) => Get]): void
  /** Keys in trie order (by hash, for hashed keys); `leading` narrows a double map to its first key. */
  keys(...leading: Partial<Keys>): Generator<KeyOf<Keys>, void, undefined>
  entries(...leading: Partial<Keys>): Generator<readonly [key: KeyOf<Keys>, value: V], void, undefined>
  /** Removes all entries (below `leading`). The caller bounds how many there can be. */
  clear(...leading: Partial<Keys>): void
}

export type StorageAccessOf<S> = {
  readonly [K in keyof S]: S[K] extends StorageItem<infer Keys, infer V, infer Get>
    ? StorageAccess<Keys, V, Get>
    : never
}

/** Binds a declared item to the overlay of the call that runs now. */
export function accessStorage<Keys extends readonly unknown[], V, Get>(
  item: StorageItem<Keys, V, Get>,
  overlay: () => Overlay,
): StorageAccess<Keys, V, Get> {
  const read = (key: Uint8Array): Get => item.decode(overlay().get(key))
  const write = (key: Uint8Array, value: V): void => overlay().set(key, item.type.encode(value))
  return {
    get: (...keys) => read(item.key(...keys)),
    has: (...keys) => overlay().get(item.key(...keys)) !== undefined,
    set(...keysAndValue) {
      const [keys, value] = splitLast<Keys, V>(keysAndValue)
      write(item.key(...keys), value)
    },
    remove: (...keys) => overlay().set(item.key(...keys), undefined),
    mutate(...keysAndChange) {
      const [keys, change] = splitLast<Keys, (current: Get) => Get>(keysAndChange)
      const key = item.key(...keys)
      const changed = change(read(key))
      if (changed === undefined) overlay().set(key, undefined)
      else write(key, changed as Get & V)
    },
    *keys(...leading) {
      for (const key of overlay().keys(item.prefix(...leading))) yield item.decodeKey(key)
    },
    *entries(...leading) {
      for (const key of overlay().keys(item.prefix(...leading))) {
        yield [item.decodeKey(key), read(key) as Get & V]
      }
    },
    clear(...leading) {
      for (const key of overlay().keys(item.prefix(...leading))) overlay().set(key, undefined)
    },
  }
}

function splitLast<Keys extends readonly unknown[], L>(all: readonly [...Keys, L]): [keys: Keys, last: L] {
  return [all.slice(0, -1) as unknown as Keys, all.at(-1) as L]
}

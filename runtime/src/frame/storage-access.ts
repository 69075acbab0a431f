/** Storage items as handlers use them: typed, synchronous, through the overlay. */
import { equalBytes } from '@pha/core/codec'
import type { KeyOf, StorageItem } from './declare.ts'
import type { Overlay } from './overlay.ts'
import { byteText, type StateKey, stateKey } from './state-key.ts'

/** A single value (no keys), a map (one key) or a double map (two). Values read belong to the state: write changed copies back. */
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
  /** As `keys`, from behind an entry on, whether that is still there: how a long walk goes on in the next block. */
  keysAfter(entry: Keys, ...leading: Partial<Keys>): Generator<KeyOf<Keys>, void, undefined>
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
  const keyOf = keysOf(item)
  const prefixOf = (leading: Partial<Keys>): StateKey => stateKey(item.prefix(...leading))
  const decoded = rememberDecoded(item)
  const read = (key: StateKey): Get => decoded.of(key, overlay().get(key))
  const write = (key: StateKey, value: V): void => {
    const bytes = item.type.encode(value)
    decoded.note(key, bytes, value)
    overlay().set(key, bytes)
  }
  return {
    get: (...keys) => read(keyOf(keys)),
    has: (...keys) => overlay().get(keyOf(keys)) !== undefined,
    set(...keysAndValue) {
      const [keys, value] = splitLast<Keys, V>(keysAndValue)
      write(keyOf(keys), value)
    },
    remove: (...keys) => overlay().set(keyOf(keys), undefined),
    mutate(...keysAndChange) {
      const [keys, change] = splitLast<Keys, (current: Get) => Get>(keysAndChange)
      const key = keyOf(keys)
      const changed = change(read(key))
      if (changed === undefined) overlay().set(key, undefined)
      else write(key, changed as Get & V)
    },
    *keys(...leading) {
      for (const key of overlay().keys(prefixOf(leading))) yield item.decodeKey(key.bytes)
    },
    *keysAfter(entry, ...leading) {
      for (const key of overlay().keys(prefixOf(leading), keyOf(entry))) yield item.decodeKey(key.bytes)
    },
    *entries(...leading) {
      for (const key of overlay().keys(prefixOf(leading))) {
        yield [item.decodeKey(key.bytes), read(key) as Get & V]
      }
    },
    clear(...leading) {
      for (const key of overlay().keys(prefixOf(leading))) overlay().set(key, undefined)
    },
  }
}

/**
 * What stored bytes of this item mean, decoded once as long as they stay: a transfer reads the account of its sender four
 * times. Only records are remembered, and they are frozen, so nobody can change what others read.
 */
function rememberDecoded<Keys extends readonly unknown[], V, Get>(item: StorageItem<Keys, V, Get>) {
  if (item.type.shape.kind !== 'struct' && item.type.shape.kind !== 'named') {
    return { of: (_: StateKey, stored: Uint8Array | undefined): Get => item.decode(stored), note: () => {} }
  }
  const note = (key: StateKey, bytes: Uint8Array, value: unknown): void => {
    if (isRecord(value)) key.meaning = { bytes, value: Object.freeze(value) }
  }
  return {
    note,
    of(key: StateKey, stored: Uint8Array | undefined): Get {
      if (stored === undefined) return item.decode(undefined)
      const { meaning } = key
      if (meaning !== undefined && (meaning.bytes === stored || equalBytes(meaning.bytes, stored))) {
        return meaning.value as Get
      }
      const value = item.decode(stored)
      note(key, stored, value)
      return value
    },
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !Array.isArray(value)
}

/** Keys of one map that are remembered: those of a few blocks of transfers, at some 300 bytes each. */
const REMEMBERED_KEYS = 8_192

/**
 * The trie key of an entry. Hashing and joining it costs more than all else about a read, and a transfer reads and
 * writes the same two accounts again and again, so keys of a map over bytes or numbers are remembered.
 */
function keysOf<Keys extends readonly unknown[], V, Get>(item: StorageItem<Keys, V, Get>): (keys: Keys) => StateKey {
  if (item.keyParts.length !== 1) {
    const only = item.keyParts.length === 0 ? stateKey(item.key(...([] as unknown as Keys))) : undefined
    return (keys) => only ?? stateKey(item.key(...keys))
  }
  const remembered = new Map<string | number, StateKey>()
  return (keys) => {
    const [key] = keys
    const name = ArrayBuffer.isView(key) ? byteText(key as Uint8Array) : key
    if (typeof name !== 'string' && typeof name !== 'number') return stateKey(item.key(...keys))
    const known = remembered.get(name)
    if (known !== undefined) return known
    const made = stateKey(item.key(...keys))
    if (remembered.size >= REMEMBERED_KEYS) remembered.clear()
    remembered.set(name, made)
    return made
  }
}

function splitLast<Keys extends readonly unknown[], L>(all: readonly [...Keys, L]): [keys: Keys, last: L] {
  return [all.slice(0, -1) as unknown as Keys, all.at(-1) as L]
}

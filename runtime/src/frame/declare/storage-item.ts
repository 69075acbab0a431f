/** What a pallet keeps in state: single values and maps, their keys as Substrate lays them out. */
import { CodecError, concatBytes, equalBytes, Reader, utf8Encode } from '@pha/core/codec'
import { blake2b128, twox64, twox128 } from '@pha/core/crypto'
import { type GeneratedCodecs, generated, type Type } from '@pha/core/schema'
import { pascalCase } from './names.ts'

/**
 * How a map key becomes a trie key. All three keep the key readable.
 * `Blake2_128Concat` where a stranger chooses the key (the trie stays balanced), `Twox64Concat` for small numbers that
 * the chain hands out, `Identity` for keys that are hashes already.
 */
export type HasherName = 'Blake2_128Concat' | 'Twox64Concat' | 'Identity'

export interface KeyPart<K> {
  readonly hasher: HasherName
  readonly type: Type<K>
}

/** A storage item before its pallet gives it a name. `Get` is what reading gives: `V`, or `V | undefined`. */
export interface StorageSpec<Keys extends readonly unknown[], V, Get> {
  readonly keyParts: { readonly [I in keyof Keys]: KeyPart<Keys[I]> }
  readonly type: Type<V>
  readonly docs: string
  /** What reading gives when nothing is stored. */
  readonly fallback: Get
}

/** The key of a map, or all keys of a double map. */
export type KeyOf<Keys extends readonly unknown[]> = Keys extends readonly [infer K] ? K : Keys

/** A named storage item, as clients, enclaves and the runtime use it. */
export interface StorageItem<Keys extends readonly unknown[], V, Get> extends StorageSpec<Keys, V, Get> {
  /** PascalCase, as in metadata. */
  readonly name: string
  /** The trie key of one entry. */
  key(...keys: Keys): Uint8Array
  /** What the trie keys of all entries (with these leading keys) start with. */
  prefix(...leading: Partial<Keys>): Uint8Array
  /**
   * The map key inside a trie key.
   * @throws CodecError unless it is exactly a key of this item
   */
  decodeKey(trieKey: Uint8Array): KeyOf<Keys>
  /**
   * What stored bytes (or their absence) mean.
   * @throws CodecError for malformed bytes
   */
  decode(stored: Uint8Array | undefined): Get
}

/**
 * A single value; with `fallback` it always reads as something.
 * @example
 * storage: { count: value(t.u32, 'Workers registered so far.', 0), key: value(t.bytes32, 'The root key, once made.') }
 */
export function value<V>(type: Type<V>, docs: string): StorageSpec<[], V, V | undefined>
export function value<V>(type: Type<V>, docs: string, fallback: NoInfer<V>): StorageSpec<[], V, V>
export function value<V>(type: Type<V>, docs: string, fallback?: V): StorageSpec<[], V, V | undefined> {
  return { keyParts: [], type, docs, fallback }
}

/**
 * A map; with `fallback` an absent entry reads as that.
 * @example
 * storage: { workers: map('Blake2_128Concat', t.bytes32, Worker, 'Workers by identity.') }
 */
export function map<K, V>(
  hasher: HasherName,
  key: Type<K>,
  type: Type<V>,
  docs: string,
): StorageSpec<[K], V, V | undefined>
export function map<K, V>(
  hasher: HasherName,
  key: Type<K>,
  type: Type<V>,
  docs: string,
  fallback: NoInfer<V>,
): StorageSpec<[K], V, V>
export function map<K, V>(
  hasher: HasherName,
  key: Type<K>,
  type: Type<V>,
  docs: string,
  fallback?: V,
): StorageSpec<[K], V, V | undefined> {
  return { keyParts: [{ hasher, type: key }], type, docs, fallback }
}

/** A map with two keys, iterable by the first. */
export function doubleMap<K1, K2, V>(
  hasher1: HasherName,
  key1: Type<K1>,
  hasher2: HasherName,
  key2: Type<K2>,
  type: Type<V>,
  docs: string,
): StorageSpec<[K1, K2], V, V | undefined>
export function doubleMap<K1, K2, V>(
  hasher1: HasherName,
  key1: Type<K1>,
  hasher2: HasherName,
  key2: Type<K2>,
  type: Type<V>,
  docs: string,
  fallback: NoInfer<V>,
): StorageSpec<[K1, K2], V, V>
export function doubleMap<K1, K2, V>(
  hasher1: HasherName,
  key1: Type<K1>,
  hasher2: HasherName,
  key2: Type<K2>,
  type: Type<V>,
  docs: string,
  fallback?: V,
): StorageSpec<[K1, K2], V, V | undefined> {
  const keyParts = [
    { hasher: hasher1, type: key1 },
    { hasher: hasher2, type: key2 },
  ] as const
  return { keyParts, type, docs, fallback }
}

/** Gives a storage item its place in the trie: `twox128(pallet) ++ twox128(Item) ++ hashed keys`. */
export function nameStorageItem<Keys extends readonly unknown[], V, Get>(
  palletName: string,
  itemName: string,
  spec: StorageSpec<Keys, V, Get>,
): StorageItem<Keys, V, Get> {
  const name = pascalCase(itemName)
  const root = concatBytes(twox128(utf8Encode(palletName)), twox128(utf8Encode(name)))
  const parts = spec.keyParts as readonly KeyPart<unknown>[]

  const trieKey = (keys: readonly unknown[]): Uint8Array =>
    keys.length === 0 ? root : concatBytes(root, ...keys.map((key, i) => hashedKey(parts[i], key)))

  return {
    ...spec,
    name,
    key: (...keys) => trieKey(keys),
    prefix: (...leading) => trieKey(leading),
    decodeKey(encoded) {
      const reader = new Reader(encoded)
      reader.raw(root.length)
      const keys = parts.map(({ hasher, type }) => {
        reader.raw(HASH_LENGTHS[hasher])
        return type.read(reader)
      })
      // The prefix and the hashes were skipped above: making the key again checks them all.
      if (!equalBytes(trieKey(keys), encoded)) throw new CodecError('codec.wrong-type', `not a key of ${name}`)
      return (keys.length === 1 ? keys[0] : keys) as KeyOf<Keys>
    },
    decode: (stored) => (stored === undefined ? spec.fallback : (spec.type.decode(stored) as V & Get)),
  }
}

/** The item with the generated code of its type, if there is some. */
export function withGenerated<Keys extends readonly unknown[], V, Get>(
  codecs: GeneratedCodecs,
  item: StorageItem<Keys, V, Get>,
): StorageItem<Keys, V, Get> {
  const type = generated(codecs, item.type)
  return {
    ...item,
    type,
    decode: (stored) => (stored === undefined ? item.fallback : (type.decode(stored) as V & Get)),
  }
}

const HASH_LENGTHS: { readonly [H in HasherName]: number } = { Blake2_128Concat: 16, Twox64Concat: 8, Identity: 0 }

function hashedKey(part: KeyPart<unknown> | undefined, key: unknown): Uint8Array {
  if (part === undefined) throw new CodecError('codec.wrong-type', 'more keys than the storage item has')
  const encoded = part.type.encode(key)
  switch (part.hasher) {
    case 'Blake2_128Concat':
      return concatBytes(blake2b128(encoded), encoded)
    case 'Twox64Concat':
      return concatBytes(twox64(encoded), encoded)
    case 'Identity':
      return encoded
  }
}

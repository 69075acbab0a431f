/** What `chainHead_v1_storage` and `archive_v1_storage` ask of a state, and the answers, one by one. */
import { type Hex, toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import { closestDescendantMerkleValue, type Trie } from '@pha/core/trie'
import { rpcLimits } from './limits.ts'
import type { Params } from './params.ts'
import { RpcError } from './rpc-error.ts'

const TYPES = ['value', 'hash', 'closestDescendantMerkleValue', 'descendantsValues', 'descendantsHashes'] as const
type ItemType = (typeof TYPES)[number]

export interface ItemQuery {
  readonly type: ItemType
  readonly key: Uint8Array
  /** Where a walk over descendants begins: after this key. */
  readonly after: Uint8Array | undefined
}

export type StorageItem = { readonly key: Hex } & {
  readonly [Field in 'value' | 'hash' | 'closestDescendantMerkleValue']?: Hex
}

/**
 * The list of queries in a parameter. A child trie in the next one leaves nothing to ask: this chain has none.
 * @throws RpcError `rpc.bad-params`
 */
export function itemQueries(params: Params, index: number): ItemQuery[] {
  const queries = params.records(index, rpcLimits.storageKeys).map((record) => {
    const type = TYPES.find((known) => known === record.value('type'))
    if (type === undefined) throw new RpcError('rpc.bad-params', `parameter ${index}: no such type of item`)
    return { type, key: record.bytes('key'), after: record.optionalBytes('paginationStartKey') }
  })
  return params.optionalBytes(index + 1) === undefined ? queries : []
}

/** Reads lazily, so that whoever sends the items sets the pace. */
export function* storageItems(trie: Trie, queries: readonly ItemQuery[]): Generator<StorageItem, void, undefined> {
  for (const { type, key, after } of queries) {
    if (type === 'closestDescendantMerkleValue') {
      const merkleValue = closestDescendantMerkleValue(trie, key)
      if (merkleValue !== undefined) yield { key: toHex(key), closestDescendantMerkleValue: toHex(merkleValue) }
    } else if (type === 'value' || type === 'hash') {
      const value = trie.get(key)
      if (value !== undefined) yield storageItem(key, value, type)
    } else {
      const returned = type === 'descendantsValues' ? 'value' : 'hash'
      for (const [found, value] of trie.entries(key, after)) yield storageItem(found, value, returned)
    }
  }
}

export function storageItem(key: Uint8Array, value: Uint8Array, returned: 'value' | 'hash'): StorageItem {
  return returned === 'value'
    ? { key: toHex(key), value: toHex(value) }
    : { key: toHex(key), hash: toHex(hashOf(value)) }
}

/** Of large values, which states share: clients ask for the hash of `:code` (2 ms) again and again. */
const hashes = new WeakMap<Uint8Array, Uint8Array>()
const LARGE_VALUE_BYTES = 65_536

function hashOf(value: Uint8Array): Uint8Array {
  if (value.length < LARGE_VALUE_BYTES) return blake2b256(value)
  const hash = hashes.get(value) ?? blake2b256(value)
  hashes.set(value, hash)
  return hash
}

/** Characters that an item adds to a message, its punctuation aside. */
export function sizeOf({ key, value = '0x' }: StorageItem): number {
  return key.length + value.length + 64
}

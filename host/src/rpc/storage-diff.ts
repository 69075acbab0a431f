/** What `archive_v1_storageDiff` reports: two states walked side by side, in key order. */
import { toHex } from '@pha/core/codec'
import { type Entry, emptyTrie, type Trie } from '@pha/core/trie'
import { rpcLimits } from './limits.ts'
import type { Params } from './params.ts'
import { RpcError } from './rpc-error.ts'
import { storageItem } from './storage-items.ts'

export interface DiffQuery {
  readonly prefix: Uint8Array
  readonly returned: 'value' | 'hash'
  /** One of a child trie finds nothing: this chain has none. */
  readonly ofChild: boolean
}

/** Entries that are equal in a row before the reader may pause. */
const PAUSE_AFTER = 256

/** All keys, with their values, if the parameter is left out. Throws RpcError `rpc.bad-params`. */
export function diffQueries(params: Params, index: number): DiffQuery[] {
  if (!params.has(index)) return [{ prefix: new Uint8Array(), returned: 'value', ofChild: false }]
  return params.records(index, rpcLimits.storageKeys).map((record) => {
    const returned = record.value('returnType')
    if (returned !== 'value' && returned !== 'hash') throw new RpcError('rpc.bad-params', 'no such returnType')
    const ofChild = record.optionalBytes('childTrieKey') !== undefined
    return { prefix: record.optionalBytes('key') ?? new Uint8Array(), returned, ofChild }
  })
}

/** Yields the differences; a deleted entry with the value that it had. `undefined` now and then where nothing differs. */
export function* storageDiff(before: Trie, after: Trie, queries: readonly DiffQuery[]) {
  for (const { prefix, returned, ofChild } of queries) {
    const [older, newer] = ofChild ? [emptyTrie(1), emptyTrie(1)] : [before, after]
    let equals = 0
    for (const [key, had, has] of pairs(older.entries(prefix), newer.entries(prefix))) {
      if (had !== undefined && has !== undefined && (had === has || toHex(had) === toHex(has))) {
        if (++equals % PAUSE_AFTER === 0) yield undefined
        continue
      }
      const type = had === undefined ? 'added' : has === undefined ? 'deleted' : 'modified'
      yield { ...storageItem(key, has ?? had ?? new Uint8Array(), returned), type }
    }
  }
}

/** Each key of either side, with its value on both. */
function* pairs(older: Iterator<Entry, void>, newer: Iterator<Entry, void>) {
  let [left, right] = [older.next().value, newer.next().value]
  while (left || right) {
    const order = !left ? 1 : !right ? -1 : Buffer.compare(left[0], right[0])
    const key = (order <= 0 ? left : right)?.[0] ?? new Uint8Array()
    yield [key, order <= 0 ? left?.[1] : undefined, order >= 0 ? right?.[1] : undefined] as const
    if (order <= 0) left = older.next().value
    if (order >= 0) right = newer.next().value
  }
}

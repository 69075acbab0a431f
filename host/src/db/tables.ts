/** The tables of the database and plain bytes in and out of them. */
import { equalBytes, utf8Encode } from '@pha/core/codec'
import type { Entry } from '@pha/core/trie'
import type { Database, RootDatabase } from 'lmdb'

export type Root = RootDatabase<Buffer, Uint8Array>
export type Table = Database<Buffer, Uint8Array>

/**
 * `blocks` hash -> StoredBlock; `numbers` u32 BE -> hash; `state` flat key -> value at the finalised head; `nodes` place
 * and hash -> NodeRecord; `replaced` u32 BE -> nodes that this block made superfluous; `archive` key -> value, written by
 * the runtime; `extrinsics` hash -> place; `meta` the keys of `META`.
 */
export function openTables(root: Root) {
  const table = (name: string): Table =>
    root.openDB<Buffer, Uint8Array>({ name, encoding: 'binary', keyEncoding: 'binary' })
  return {
    blocks: table('blocks'),
    numbers: table('numbers'),
    state: table('state'),
    nodes: table('nodes'),
    replaced: table('replaced'),
    archive: table('archive'),
    extrinsics: table('extrinsics'),
    meta: table('meta'),
  }
}
export type Tables = ReturnType<typeof openTables>
export type TableName = keyof Tables

/** One change of a table; `undefined` removes the key. */
export type Write = readonly [table: TableName, key: Uint8Array, value: Uint8Array | undefined]

export const META = {
  format: utf8Encode('format'),
  genesis: utf8Encode('genesis'),
  head: utf8Encode('head'),
  genesisProof: utf8Encode('genesis-proof'),
  pruning: utf8Encode('pruning'),
  /** u32: the oldest block whose state an archive has. */
  firstState: utf8Encode('first-state'),
  /** What marks the records of the journal that the tables may lack; each process that writes makes its own. */
  journal: utf8Encode('journal'),
} as const

/** Bytes of a key: LMDB takes 1,978, state has keys of 512 at most, and a node's key is 33 bytes longer than its path. */
export const MAX_TABLE_KEY_BYTES = 1024

/** Inside a transaction or a batch only: its promise is settled by that. */
export function put(table: Table, key: Uint8Array, value: Uint8Array): void {
  void table.put(key, Buffer.from(value.buffer, value.byteOffset, value.byteLength))
}

/** As `put`, for many. */
export function putAll(tables: Tables, writes: Iterable<Write>): void {
  for (const [table, key, value] of writes) {
    if (value === undefined) void tables[table].remove(key)
    else put(tables[table], key, value)
  }
}

export function read(table: Table, key: Uint8Array): Uint8Array | undefined {
  const value = table.getBinary(key)
  return value && new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
}

/** As `read` without a copy: what it gives is overwritten by the next read of the database. */
export function readInPlace(table: Table, key: Uint8Array): Uint8Array | undefined {
  const value = table.getBinaryFast(key)
  // Its `length` is the value's, its `byteLength` that of the memory that such reads share.
  return value && new Uint8Array(value.buffer, value.byteOffset, value.length)
}

/** Entries whose keys begin with `prefix` and come after `startAfter`, in key order, as of now. */
export function* readEntries(table: Table, prefix: Uint8Array, startAfter?: Uint8Array): Generator<Entry, void> {
  const isInside = startAfter !== undefined && Buffer.compare(startAfter, prefix) >= 0
  const start = isInside ? startAfter : prefix
  const range = start.length === 0 ? {} : { start }
  for (const { key, value } of table.getRange({ ...range, snapshot: true })) {
    if (!equalBytes(key.subarray(0, prefix.length), prefix)) return
    if (isInside && equalBytes(key, startAfter)) continue
    yield [plain(key), plain(value)]
  }
}

/** Plain bytes, not a Buffer: `Buffer.slice` gives a view where the codecs expect a copy. */
export function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}

/** Big-endian, so that blocks are listed in order. */
export function numberKey(number: number): Uint8Array {
  const key = new Uint8Array(4)
  new DataView(key.buffer).setUint32(0, number)
  return key
}

export function numberOf(key: Uint8Array): number {
  return new DataView(key.buffer, key.byteOffset).getUint32(0)
}

/**
 * From older formats to this one.
 *
 * Format 1 kept the flat table only and what each block overwrote. The nodes of the head's state are made from the flat table. Older states are not: they can be asked for again once
 * the node has made blocks. All of it happens in steps that a crash may interrupt: the format is raised last.
 */
import { equalBytes, toHex } from '@pha/core/codec'
import type { Header } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { type Change, emptyTrie, StoredTries, type Trie } from '@pha/core/trie'
import { Slab } from '../slab.ts'
import { DbError } from './db-error.ts'
import { decodeRecord, encodeRecord, keyOf, nodeKey } from './node-record.ts'
import { type Pruning, pruningByte } from './pruning.ts'
import { FORMAT_VERSION, StoredBlock } from './stored-block.ts'
import { META, numberKey, put, type Root, read, readEntries, type Tables } from './tables.ts'

/** Keys whose nodes are made at once, some 100 MB of them. */
const BATCH = 50_000

/** Format 2 had no journal: a node that knows no other must not open what has one, as it would miss its blocks. */
export function migrateFromFormat2(root: Root, tables: Tables): void {
  root.transactionSync(() => put(tables.meta, META.format, t.u32.encode(FORMAT_VERSION)))
}

/** @throws DbError `db.corrupt`, `db.state-root-mismatch` */
export function migrateFromFormat1(root: Root, tables: Tables, pruning: Pruning): void {
  const header = headOf(tables)
  root.transactionSync(() => tables.nodes.clearSync())
  const trie = buildNodes(root, tables, header.number)
  if (!equalBytes(trie.root(), header.stateRoot)) {
    throw new DbError(
      'db.state-root-mismatch',
      `state of block ${header.number} has root ${toHex(trie.root())}, its header says ${toHex(header.stateRoot)}`,
      'restore a copy of the base path, or remove it and start again',
    )
  }
  const undo = root.openDB<Buffer, Uint8Array>({ name: 'undo', encoding: 'binary', keyEncoding: 'binary' })
  root.transactionSync(() => {
    put(tables.meta, META.format, t.u32.encode(FORMAT_VERSION))
    put(tables.meta, META.pruning, pruningByte(pruning))
    put(tables.meta, META.firstState, numberKey(header.number))
    undo.clearSync()
  })
}

function headOf({ meta, blocks }: Tables): Header {
  const hash = read(meta, META.head)
  const bytes = hash && read(blocks, hash)
  if (bytes === undefined) throw new DbError('db.corrupt', 'no block at the head', 'restore a copy of the base path')
  return StoredBlock.decode(bytes).header
}

function buildNodes(root: Root, tables: Tables, number: number): Trie {
  const source = {
    read: (path: Uint8Array, nibbles: number, hash: Uint8Array) => {
      const record = read(tables.nodes, nodeKey(path, nibbles, hash))
      return record && decodeRecord(record)
    },
  }
  const tries = new StoredTries({ version: 1, source, cacheBytes: 32 * 1024 * 1024 })
  let trie = emptyTrie(1)
  let batch: Change[] = []
  const write = (): void => {
    const next = trie.applyChanges(batch)
    const slab = new Slab()
    const old = tries.replaced(trie, next).map(keyOf)
    root.transactionSync(() => {
      for (const key of old) void tables.nodes.remove(key)
      tries.write(next, (node) => put(tables.nodes, keyOf(node), encodeRecord(number, node, slab)))
    })
    trie = next
    batch = []
  }
  for (const entry of readEntries(tables.state, new Uint8Array())) if (batch.push(entry) === BATCH) write()
  write()
  return trie
}

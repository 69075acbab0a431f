/**
 * The chain on disk: one LMDB environment, one transaction for each finalised block.
 *
 * `blocks` hash -> StoredBlock; `numbers` u32 BE -> hash; `state` flat key -> value at the finalised head;
 * `undo` u32 BE -> what that block overwrote, for recent blocks; `archive` key -> value, written by the runtime;
 * `extrinsics` hash -> place; `meta` format, genesis, head, genesis proof.
 */
import { equalBytes, toHex, utf8Encode } from '@pha/core/codec'
import { Header, headerHash } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import type { Change, Entry } from '@pha/core/trie'
import { type Database, open, type RootDatabase } from 'lmdb'
import { DbError } from './db-error.ts'
import { ExtrinsicPlace, FORMAT_VERSION, GenesisProof, StoredBlock, Undo } from './stored-block.ts'

/** States that can be rebuilt after a restart: readers of a recent block (13 min of empty blocks) are not cut off. */
export const KEPT_STATES = 256

/** What one block does to the database. */
export interface BlockWrite {
  readonly hash: Uint8Array
  readonly block: StoredBlock
  /** Hashes of the extrinsics by which they can be asked for, with their index in the body. */
  readonly extrinsics: readonly (readonly [hash: Uint8Array, index: number])[]
  readonly changes: readonly Change[]
  readonly undo: Undo
  readonly archive: readonly Entry[]
}

type Table = Database<Buffer, Uint8Array>

const META = {
  format: utf8Encode('format'),
  genesis: utf8Encode('genesis'),
  head: utf8Encode('head'),
  genesisProof: utf8Encode('genesis-proof'),
} as const

/**
 * Opens or creates the database in `directory`.
 *
 * @throws DbError `db.format-unknown` if another version of the node wrote it
 * @example
 * await using database = openChainDatabase('/var/lib/pha/chain')
 * if (database.head() === undefined) await database.writeGenesis(genesis, proof)
 */
export function openChainDatabase(directory: string): ChainDatabase {
  const root = open<Buffer, Uint8Array>({
    path: directory,
    maxDbs: 8,
    encoding: 'binary',
    keyEncoding: 'binary',
    // Else a block can be read, and told, some milliseconds before the disk has it.
    overlappingSync: false,
  })
  const database = new ChainDatabase(root)
  const format = database.format()
  if (format !== undefined && format !== FORMAT_VERSION) {
    void root.close()
    throw new DbError(
      'db.format-unknown',
      `format ${format}, this node reads ${FORMAT_VERSION}`,
      'start the version of the node that wrote this directory, or choose another base path',
    )
  }
  return database
}

/** Reads are synchronous and see the newest committed block; a write settles when it is on disk. */
export class ChainDatabase {
  readonly #root: RootDatabase<Buffer, Uint8Array>
  readonly #blocks: Table
  readonly #numbers: Table
  readonly #state: Table
  readonly #undo: Table
  readonly #archive: Table
  readonly #extrinsics: Table
  readonly #meta: Table

  constructor(root: RootDatabase<Buffer, Uint8Array>) {
    const table = (name: string): Table =>
      root.openDB<Buffer, Uint8Array>({ name, encoding: 'binary', keyEncoding: 'binary' })
    this.#root = root
    this.#blocks = table('blocks')
    this.#numbers = table('numbers')
    this.#state = table('state')
    this.#undo = table('undo')
    this.#archive = table('archive')
    this.#extrinsics = table('extrinsics')
    this.#meta = table('meta')
  }

  format(): number | undefined {
    const bytes = read(this.#meta, META.format)
    return bytes && t.u32.decode(bytes)
  }

  genesisHash(): Uint8Array | undefined {
    return read(this.#meta, META.genesis)
  }

  /** Proves the authority under the genesis header's state root. */
  genesisProof(): readonly Uint8Array[] {
    return GenesisProof.decode(required(read(this.#meta, META.genesisProof), 'genesis proof'))
  }

  /** Hash of the newest finalised block; `undefined` before `writeGenesis`. */
  head(): Uint8Array | undefined {
    return read(this.#meta, META.head)
  }

  block(hash: Uint8Array): StoredBlock | undefined {
    if (hash.length !== 32) return undefined
    const bytes = read(this.#blocks, hash)
    return bytes && StoredBlock.decode(bytes)
  }

  hashAt(number: number): Uint8Array | undefined {
    return read(this.#numbers, numberKey(number))
  }

  extrinsic(hash: Uint8Array): ExtrinsicPlace | undefined {
    if (hash.length !== 32) return undefined
    const bytes = read(this.#extrinsics, hash)
    return bytes && ExtrinsicPlace.decode(bytes)
  }

  archived(key: Uint8Array): Uint8Array | undefined {
    return read(this.#archive, key)
  }

  /** All state at the head, in key order. */
  *state(): Generator<Entry, void, undefined> {
    for (const { key, value } of this.#state.getRange({ snapshot: true })) yield [plain(key), plain(value)]
  }

  /** What block `number` overwrote; `undefined` once it is older than `KEPT_STATES`. */
  undo(number: number): Undo | undefined {
    const bytes = read(this.#undo, numberKey(number))
    return bytes && Undo.decode(bytes)
  }

  /** Writes block 0 with its whole state. */
  async writeGenesis(genesis: BlockWrite, proof: readonly Uint8Array[]): Promise<void> {
    await this.#commit(() => {
      this.#expectHead(undefined)
      put(this.#meta, META.format, t.u32.encode(FORMAT_VERSION))
      put(this.#meta, META.genesis, genesis.hash)
      put(this.#meta, META.genesisProof, GenesisProof.encode(proof))
      this.#putBlock(genesis)
    })
  }

  /**
   * Writes a block that follows the head; all of it or nothing. Resolves when the disk has it (fsync), so whoever is
   * told after that will find it again.
   *
   * @throws DbError `db.head-moved` if the stored head is not the block's parent
   */
  async writeBlock(write: BlockWrite): Promise<void> {
    await this.#commit(() => {
      this.#expectHead(write.block.header.parentHash)
      const { number } = write.block.header
      put(this.#undo, numberKey(number), Undo.encode(write.undo))
      if (number > KEPT_STATES) void this.#undo.remove(numberKey(number - KEPT_STATES))
      this.#putBlock(write)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#root.close()
  }

  async #commit(action: () => void): Promise<void> {
    await this.#root.transaction(action)
    await this.#root.flushed
  }

  #putBlock({ hash, block, extrinsics, changes, archive }: BlockWrite): void {
    put(this.#blocks, hash, StoredBlock.encode(block))
    put(this.#numbers, numberKey(block.header.number), hash)
    for (const [extrinsic, index] of extrinsics) {
      put(this.#extrinsics, extrinsic, ExtrinsicPlace.encode({ blockHash: hash, index }))
    }
    for (const [key, value] of changes) {
      if (value === undefined) void this.#state.remove(key)
      else put(this.#state, key, value)
    }
    for (const [key, value] of archive) put(this.#archive, key, value)
    put(this.#meta, META.head, hash)
  }

  #expectHead(parent: Uint8Array | undefined): void {
    const head = this.head()
    if (head === undefined ? parent === undefined : parent !== undefined && equalBytes(head, parent)) return
    const found = head === undefined ? 'none' : toHex(head)
    throw new DbError('db.head-moved', `the stored head is ${found}`, 'end the other node that uses this base path')
  }
}

/** The block at the head, checked to be the one its hash names. */
export function headBlock(database: ChainDatabase): { readonly hash: Uint8Array; readonly block: StoredBlock } {
  const hash = required(database.head(), 'head')
  const block = required(database.block(hash), 'block of the head')
  if (!equalBytes(headerHash(block.header), hash)) throw corrupt(`block ${toHex(Header.encode(block.header))}`)
  return { hash, block }
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw corrupt(what)
  return value
}

function corrupt(what: string): DbError {
  return new DbError(
    'db.corrupt',
    what,
    'remove the base path and let the node make its chain again, or restore a copy',
  )
}

function put(table: Table, key: Uint8Array, value: Uint8Array): void {
  // Inside a transaction the promise is settled by the transaction.
  void table.put(key, Buffer.from(value.buffer, value.byteOffset, value.byteLength))
}

function read(table: Table, key: Uint8Array): Uint8Array | undefined {
  const value = table.getBinary(key)
  return value && plain(value)
}

/** Plain bytes, not a Buffer: `Buffer.slice` gives a view where the codecs expect a copy. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}

/** Big-endian, so that blocks are listed in order. */
function numberKey(number: number): Uint8Array {
  const key = new Uint8Array(4)
  new DataView(key.buffer).setUint32(0, number)
  return key
}

/**
 * The chain on disk: one LMDB environment, one transaction for each finalised block (tables.ts lists the tables).
 *
 * A transaction is the whole block, its state and what it prunes, and is synced before anybody is told: after a crash the
 * directory is at a block that was whole, and no older than the last one that was told.
 */
import { equalBytes, Reader, toHex } from '@pha/core/codec'
import { Header, headerHash } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { type Change, type Entry, emptyTrie, type Trie } from '@pha/core/trie'
import { open } from 'lmdb'
import { expectDatabaseFile } from './database-file.ts'
import { DbError } from './db-error.ts'
import { diskError, writeError } from './disk-errors.ts'
import { migrateFromFormat1 } from './migrate.ts'
import { expectPruning, KEPT_STATES, type Pruning, pruningByte } from './pruning.ts'
import { type PreparedState, StateStore } from './state-store.ts'
import { ExtrinsicPlace, FORMAT_VERSION, GenesisProof, StoredBlock } from './stored-block.ts'
import { META, numberKey, openTables, put, type Root, read, readInPlace, type Tables } from './tables.ts'

/** What one block does to the database. */
export interface BlockWrite {
  readonly hash: Uint8Array
  readonly block: StoredBlock
  /** Hashes of the extrinsics by which they can be asked for, with their index in the body. */
  readonly extrinsics: readonly (readonly [hash: Uint8Array, index: number])[]
  /** What differs from the state of the parent. */
  readonly changes: readonly Change[]
  /** The state after the block: the parent's with `changes`. Belongs to the database from then on. */
  readonly trie: Trie
  readonly archive: readonly Entry[]
}

/**
 * Opens or creates the database in `directory`. A directory of an older format is brought to this one first, which costs
 * some 20 us a key of state.
 *
 * @param pruning as the directory was made with, by default; of a new one the default is KEPT_STATES
 * @throws DbError `db.format-unknown` if another version of the node wrote it, `db.other-pruning` if it was made with the
 * other kind of pruning, and what `diskError` knows
 * @example
 * await using database = openChainDatabase('/var/lib/pha/chain')
 * if (database.head() === undefined) await database.writeGenesis(genesis, proof)
 */
export function openChainDatabase(directory: string, pruning?: Pruning): ChainDatabase {
  let root: Root | undefined
  try {
    expectDatabaseFile(directory)
    root = open<Buffer, Uint8Array>({
      path: directory,
      maxDbs: 12,
      encoding: 'binary',
      keyEncoding: 'binary',
      // Else a block can be read, and told, some milliseconds before the disk has it.
      overlappingSync: false,
    })
    const tables = openTables(root)
    return new ChainDatabase(directory, root, tables, expectFormat(root, tables, pruning))
  } catch (cause) {
    void root?.close()
    throw diskError(cause)
  }
}

/** @returns the pruning that holds */
function expectFormat(root: Root, tables: Tables, wanted: Pruning | undefined): Pruning {
  const stored = read(tables.meta, META.format)
  if (stored === undefined) return wanted ?? KEPT_STATES
  const format = t.u32.decode(stored)
  if (format === 1) migrateFromFormat1(root, tables, wanted ?? KEPT_STATES)
  else if (format !== FORMAT_VERSION) {
    throw new DbError(
      'db.format-unknown',
      `format ${format}, this node reads ${FORMAT_VERSION}`,
      'start the version of the node that wrote this directory, or choose another base path',
    )
  }
  return expectPruning(required(read(tables.meta, META.pruning), 'kind of pruning'), wanted)
}

/** Reads are synchronous and see the newest committed block; a write settles when it is on disk. */
export class ChainDatabase {
  readonly pruning: Pruning
  readonly #directory: string
  readonly #root: Root
  readonly #tables: Tables
  readonly #states: StateStore
  /** Of the head, once known. */
  #head: Header | undefined
  /**
   * Hash of the block that is being written. The disk shows it before whoever waits for it is told: a client that asked
   * at that moment would find his extrinsic final, and the node still judge his next one by the state before.
   */
  #writing: Uint8Array | undefined

  constructor(directory: string, root: Root, tables: Tables, pruning: Pruning) {
    this.#directory = directory
    this.#root = root
    this.#tables = tables
    this.pruning = pruning
    this.#states = new StateStore(tables, pruning)
  }

  genesisHash(): Uint8Array | undefined {
    return read(this.#tables.meta, META.genesis)
  }

  /** Proves the authority under the genesis header's state root. */
  genesisProof(): readonly Uint8Array[] {
    return GenesisProof.decode(required(read(this.#tables.meta, META.genesisProof), 'genesis proof'))
  }

  /** Hash of the newest finalised block; `undefined` before `writeGenesis`. */
  head(): Uint8Array | undefined {
    return read(this.#tables.meta, META.head)
  }

  block(hash: Uint8Array): StoredBlock | undefined {
    if (hash.length !== 32 || this.#isUntold(hash)) return undefined
    const bytes = read(this.#tables.blocks, hash)
    return bytes && StoredBlock.decode(bytes)
  }

  /** The header alone of a block: costs the same however long the body is, which `block` would decode. */
  header(hash: Uint8Array): Header | undefined {
    if (hash.length !== 32 || this.#isUntold(hash)) return undefined
    const bytes = readInPlace(this.#tables.blocks, hash)
    // It stands first in StoredBlock, and is made of copies.
    return bytes && Header.read(new Reader(bytes))
  }

  hashAt(number: number): Uint8Array | undefined {
    const hash = read(this.#tables.numbers, numberKey(number))
    return hash === undefined || this.#isUntold(hash) ? undefined : hash
  }

  extrinsic(hash: Uint8Array): ExtrinsicPlace | undefined {
    if (hash.length !== 32) return undefined
    const bytes = read(this.#tables.extrinsics, hash)
    const place = bytes && ExtrinsicPlace.decode(bytes)
    return place === undefined || this.#isUntold(place.blockHash) ? undefined : place
  }

  archived(key: Uint8Array): Uint8Array | undefined {
    return read(this.#tables.archive, key)
  }

  /**
   * The state of the head, read from the flat table for as long as it is the head.
   *
   * @throws DbError `db.corrupt` if its root is not there
   */
  headState(): Trie {
    return this.#opened(() => this.#states.head(this.#header().stateRoot))
  }

  /**
   * The state after a block of this chain; `undefined` if it is no longer kept. Whoever keeps it over many blocks finds
   * that reads throw TrieError `trie.node-missing` once it is pruned.
   */
  state({ number, stateRoot }: Header): Trie | undefined {
    const head = this.#header().number
    if (number === head) return this.headState()
    if (number < this.#states.oldest(head)) return undefined
    return this.#opened(() => this.#states.open(stateRoot))
  }

  /** The oldest block whose state is kept. */
  oldestState(): number {
    return this.#states.oldest(this.#header().number)
  }

  /** The tables, for `checkDatabase`. */
  get tables(): Tables {
    return this.#tables
  }

  /** Writes block 0 with its whole state. */
  async writeGenesis(genesis: BlockWrite, proof: readonly Uint8Array[]): Promise<void> {
    const state = this.#states.prepare(0, emptyTrie(1), genesis.trie, genesis.changes)
    await this.#commit(() => {
      this.#expectHead(undefined)
      put(this.#tables.meta, META.format, t.u32.encode(FORMAT_VERSION))
      put(this.#tables.meta, META.pruning, pruningByte(this.pruning))
      put(this.#tables.meta, META.genesis, genesis.hash)
      put(this.#tables.meta, META.genesisProof, GenesisProof.encode(proof))
      this.#putBlock(genesis, state)
    })
    state.settle()
    this.#head = genesis.block.header
  }

  /**
   * Writes a block that follows the head; all of it or nothing. Resolves when the disk has it (fsync), so whoever is
   * told after that will find it again.
   *
   * @throws DbError `db.head-moved` if the stored head is not the block's parent; `db.disk-full`, `db.read-only`, `db.io`
   */
  async writeBlock(write: BlockWrite): Promise<void> {
    this.#expectHead(write.block.header.parentHash)
    const state = this.#states.prepare(write.block.header.number, this.headState(), write.trie, write.changes)
    this.#writing = write.hash
    try {
      await this.#commit(() => {
        this.#expectHead(write.block.header.parentHash)
        this.#putBlock(write, state)
      })
      state.settle()
      this.#head = write.block.header
    } finally {
      this.#writing = undefined
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#root.close()
  }

  #isUntold(hash: Uint8Array): boolean {
    return this.#writing !== undefined && equalBytes(hash, this.#writing)
  }

  async #commit(action: () => void): Promise<void> {
    try {
      await this.#root.transaction(action)
      await this.#root.flushed
    } catch (cause) {
      throw writeError(await commitFault(cause), this.#directory)
    }
  }

  #header(): Header {
    this.#head ??= headBlock(this).block.header
    return this.#head
  }

  #opened(open: () => Trie): Trie {
    try {
      return open()
    } catch (cause) {
      throw diskError(cause)
    }
  }

  #putBlock({ hash, block, extrinsics, archive }: BlockWrite, state: PreparedState): void {
    put(this.#tables.blocks, hash, StoredBlock.encode(block))
    put(this.#tables.numbers, numberKey(block.header.number), hash)
    for (const [extrinsic, index] of extrinsics) {
      put(this.#tables.extrinsics, extrinsic, ExtrinsicPlace.encode({ blockHash: hash, index }))
    }
    state.write()
    for (const [key, value] of archive) put(this.#tables.archive, key, value)
    put(this.#tables.meta, META.head, hash)
  }

  #expectHead(parent: Uint8Array | undefined): void {
    const head = this.head()
    if (head === undefined ? parent === undefined : parent !== undefined && equalBytes(head, parent)) return
    const found = head === undefined ? 'none' : toHex(head)
    throw new DbError('db.head-moved', `the stored head is ${found}`, 'end the other node that uses this base path')
  }
}

/** LMDB tells the writers of a transaction only that it failed; why is in a promise that is rejected with it. */
async function commitFault(cause: unknown): Promise<unknown> {
  try {
    await (cause as { readonly commitError?: Promise<never> }).commitError
    return cause
  } catch (fault) {
    return fault
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
    'run `pha node check` on the base path; restore a copy of it, or remove it and let the node make its chain again',
  )
}

/**
 * The chain on disk: one LMDB environment (tables.ts lists the tables) and a journal before it.
 *
 * A finalised block is one record of the journal, synced before anybody is told; readers see it from then on, in layers
 * over the tables. LMDB gets all that waits in one transaction, a few times a second, so the tables are always at a block
 * that was whole. After a crash they are a few blocks behind what was told, and the journal has those.
 */
import { equalBytes, Reader, toHex } from '@pha/core/codec'
import { Header, headerHash } from '@pha/core/protocol'
import { t } from '@pha/core/schema'
import { type Change, type Entry, emptyTrie, type Trie } from '@pha/core/trie'
import { open } from 'lmdb'
import { expectDatabaseFile } from './database-file.ts'
import { DbError } from './db-error.ts'
import { diskError } from './disk-errors.ts'
import { type LayeredTables, Layers } from './layers.ts'
import { type Left, leftInJournal } from './left-in-journal.ts'
import { migrateFromFormat1, migrateFromFormat2 } from './migrate.ts'
import { expectPruning, KEPT_STATES, type Pruning, pruningByte } from './pruning.ts'
import { StateStore } from './state-store.ts'
import { ExtrinsicPlace, FORMAT_VERSION, GenesisProof, JournalBlock, StoredBlock } from './stored-block.ts'
import {
  MAX_TABLE_KEY_BYTES,
  META,
  numberKey,
  openTables,
  plain,
  type Root,
  read,
  type Tables,
  type Write,
} from './tables.ts'
import { type Prepared, WriteAhead } from './write-ahead.ts'

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

export interface DatabaseOptions {
  /** How long a block may be in the journal only; 250 ms by default. */
  readonly longestWaitMs?: number
}

/**
 * Keys are hashes: pages beside the one that is read are wanted by chance only, and would push out those that are. lmdb knows
 * the option, its types do not.
 */
const RANDOM_READS = { noReadAhead: true }

/**
 * Opens or creates the database in `directory`. A directory of an older format is brought to this one first, which from
 * format 1 costs some 20 us a key of state. Nothing else is written before the first block is, so that a node that runs is
 * not disturbed: what it, or one that ended, has in the journal only is read into memory.
 *
 * @param pruning as the directory was made with, by default; of a new one the default is KEPT_STATES
 * @throws DbError `db.format-unknown` if another version of the node wrote it, `db.other-pruning` if it was made with the
 * other kind of pruning, `db.corrupt` if the journal has a gap, and what `diskError` knows
 * @example
 * await using database = openChainDatabase('/var/lib/pha/chain')
 * if (database.head() === undefined) await database.writeGenesis(genesis, proof)
 */
export function openChainDatabase(directory: string, pruning?: Pruning, options: DatabaseOptions = {}): ChainDatabase {
  let root: Root | undefined
  try {
    expectDatabaseFile(directory)
    root = open<Buffer, Uint8Array>({
      path: directory,
      maxDbs: 12,
      encoding: 'binary',
      keyEncoding: 'binary',
      // Else writes count as committed some milliseconds before the disk has them.
      overlappingSync: false,
      ...RANDOM_READS,
      // All writes are in transactions and batches; a failure of what the turn batches beside them would be nobody's.
      eventTurnBatching: false,
    })
    const tables = openTables(root)
    return new ChainDatabase(directory, root, tables, { ...options, pruning: expectFormat(root, tables, pruning) })
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
  else if (format === 2) migrateFromFormat2(root, tables)
  else if (format !== FORMAT_VERSION) {
    throw new DbError(
      'db.format-unknown',
      `format ${format}, this node reads ${FORMAT_VERSION}`,
      'start the version of the node that wrote this directory, or choose another base path',
    )
  }
  return expectPruning(required(read(tables.meta, META.pruning), 'kind of pruning'), wanted)
}

/** Reads are synchronous and see the newest block that is on disk; a write settles when it is there. */
export class ChainDatabase {
  readonly pruning: Pruning
  readonly #root: Root
  readonly #layers: Layers
  readonly #tables: LayeredTables
  readonly #states: StateStore
  readonly #ahead: WriteAhead
  /** Of the head, once known. */
  #head: Header | undefined
  #isWriting = false

  constructor(
    directory: string,
    root: Root,
    tables: Tables,
    { pruning, longestWaitMs }: DatabaseOptions & { readonly pruning: Pruning },
  ) {
    const { position, blocks } = leftInJournal(directory, root, tables)
    this.#root = root
    this.#layers = new Layers(tables)
    this.#tables = this.#layers.tables
    this.pruning = pruning
    this.#states = new StateStore(this.#tables, pruning)
    this.#ahead = new WriteAhead({ directory, root, tables, layers: this.#layers, position, longestWaitMs })
    for (const left of blocks) this.#replay(left)
  }

  genesisHash(): Uint8Array | undefined {
    return this.#tables.meta.get(META.genesis)
  }

  /** Proves the authority under the genesis header's state root. */
  genesisProof(): readonly Uint8Array[] {
    return GenesisProof.decode(required(this.#tables.meta.get(META.genesisProof), 'genesis proof'))
  }

  /** Hash of the newest finalised block; `undefined` before `writeGenesis`. */
  head(): Uint8Array | undefined {
    return this.#tables.meta.get(META.head)
  }

  block(hash: Uint8Array): StoredBlock | undefined {
    if (hash.length !== 32) return undefined
    const bytes = this.#tables.blocks.get(hash)
    return bytes && StoredBlock.decode(bytes)
  }

  /** The header alone of a block: costs the same however long the body is, which `block` would decode. */
  header(hash: Uint8Array): Header | undefined {
    if (hash.length !== 32) return undefined
    const bytes = this.#tables.blocks.getInPlace(hash)
    // It stands first in StoredBlock, and is made of copies.
    return bytes && Header.read(new Reader(bytes))
  }

  hashAt(number: number): Uint8Array | undefined {
    return this.#tables.numbers.get(numberKey(number))
  }

  extrinsic(hash: Uint8Array): ExtrinsicPlace | undefined {
    if (hash.length !== 32) return undefined
    const bytes = this.#tables.extrinsics.get(hash)
    return bytes && ExtrinsicPlace.decode(bytes)
  }

  archived(key: Uint8Array): Uint8Array | undefined {
    return this.#tables.archive.get(key)
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

  /** The tables with what only the journal has, for `checkDatabase`. */
  get tables(): LayeredTables {
    return this.#tables
  }

  /** How many blocks only the journal has. */
  get blocksAhead(): number {
    return this.#layers.all.blocks
  }

  /** Writes block 0 with its whole state. */
  async writeGenesis(genesis: BlockWrite, proof: readonly Uint8Array[]): Promise<void> {
    this.#expectHead(undefined)
    const { writes, settle } = this.#prepare(genesis, StoredBlock.encode(genesis.block), emptyTrie(1))
    await this.#ahead.begin([
      ['meta', META.format, t.u32.encode(FORMAT_VERSION)],
      ['meta', META.pruning, pruningByte(this.pruning)],
      ['meta', META.genesis, genesis.hash],
      ['meta', META.genesisProof, GenesisProof.encode(proof)],
      ...writes,
    ])
    settle()
  }

  /**
   * Writes a block that follows the head; all of it or nothing. Resolves when the disk has it (fsync), so whoever is
   * told after that will find it again.
   *
   * @throws DbError `db.head-moved` if the head is not the block's parent, or another process writes to the directory;
   * `db.disk-full`, `db.read-only`, `db.io`, also if that befell blocks before, which are in the journal; after those
   * nothing is written until the database is opened again; `db.bad-key`
   */
  async writeBlock(write: BlockWrite): Promise<void> {
    const { header } = write.block
    this.#expectHead(header.parentHash)
    if (this.#isWriting) throw headMoved(`a block after ${toHex(header.parentHash)} is being written`)
    expectKeys(write)
    this.#isWriting = true
    try {
      const block = StoredBlock.encode(write.block)
      const { extrinsics, changes, archive } = write
      const payload = JournalBlock.encode({ block, extrinsics, changes, archive })
      await this.#ahead.append(header.number, payload, () => this.#prepare(write, block, this.headState()))
    } finally {
      this.#isWriting = false
    }
  }

  /**
   * Brings what only the journal has into the tables, if this process wrote it; it would come there by itself soon. A
   * fault is told by the next `writeBlock`: until then the blocks are in the journal.
   */
  flush(): Promise<void> {
    return this.#ahead.flush()
  }

  /** Flushes and closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ahead[Symbol.asyncDispose]()
    await this.#root.close()
  }

  /** As `writeBlock` of the process that wrote it to the journal. */
  #replay({ block, write }: Left['blocks'][number]): void {
    const { header } = block
    const before = this.headState()
    const trie = before.applyChanges(write.changes)
    if (!equalBytes(trie.root(), header.stateRoot)) {
      throw new DbError(
        'db.state-root-mismatch',
        `the journal's changes of block ${header.number} give ${toHex(trie.root())}, its header says ${toHex(header.stateRoot)}`,
        'restore a copy of the base path, or remove it and start again',
      )
    }
    const { writes, settle } = this.#prepare({ ...write, hash: headerHash(header), block, trie }, write.block, before)
    this.#layers.add(writes)
    settle()
  }

  #prepare(write: BlockWrite, block: Uint8Array, before: Trie): Prepared {
    const { number, stateRoot } = write.block.header
    const state = this.#states.prepare(number, before, write.trie, stateRoot, write.changes)
    const hash = plain(write.hash)
    return {
      writes: [
        ['blocks', hash, block],
        ['numbers', numberKey(number), hash],
        ...write.extrinsics.map(
          ([extrinsic, index]): Write => [
            'extrinsics',
            plain(extrinsic),
            ExtrinsicPlace.encode({ blockHash: hash, index }),
          ],
        ),
        ...state.writes,
        ...write.archive.map(([key, value]): Write => ['archive', plain(key), plain(value)]),
        ['meta', META.head, hash],
      ],
      settle: () => {
        state.settle()
        this.#head = write.block.header
      },
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

  #expectHead(parent: Uint8Array | undefined): void {
    const head = this.head()
    if (head === undefined ? parent === undefined : parent !== undefined && equalBytes(head, parent)) return
    throw headMoved(`the head is ${head === undefined ? 'none' : toHex(head)}`)
  }
}

/** Before the journal has them: a block that counts must find its place in the tables. */
function expectKeys({ changes, archive }: BlockWrite): void {
  for (const [{ length }] of [...changes, ...archive]) {
    if (length > 0 && length <= MAX_TABLE_KEY_BYTES) continue
    throw new DbError('db.bad-key', `a key of ${length} bytes`, 'report it: the runtime must not make such a key')
  }
}

function headMoved(detail: string): DbError {
  return new DbError('db.head-moved', detail, 'end the other node that uses this base path')
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

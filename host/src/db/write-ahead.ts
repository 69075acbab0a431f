/**
 * Writes blocks ahead of the tables: a block counts once the journal has it; LMDB gets several in one transaction, a
 * little later, while the chain goes on.
 */
import { equalBytes } from '@pha/core/codec'
import { DbError } from './db-error.ts'
import { writeError } from './disk-errors.ts'
import { Journal, newJournalKey } from './journal.ts'
import type { Layers } from './layers.ts'
import { isSame, leftInJournal, type Position, positionOf } from './left-in-journal.ts'
import { META, putAll, type Root, read, type Tables, type Write } from './tables.ts'

/** A block waits no longer for its transaction: what a start has to read stays short. */
const LONGEST_WAIT_MS = 250
/** So many blocks, or bytes of writes, do not wait: a larger transaction saves nothing more. */
const WAITING_BLOCKS = 64
const WAITING_BYTES = 8 * 1024 * 1024

/** So far ahead of LMDB a block may be; the next one waits: a slow disk must not fill the memory. */
const MAX_AHEAD_BLOCKS = 256
const MAX_AHEAD_BYTES = 64 * 1024 * 1024

/** What a block does, known while the journal writes it. */
export interface Prepared {
  readonly writes: readonly Write[]
  /** Called when readers see the block. */
  readonly settle: () => void
}

export interface WriteAheadComponents {
  readonly directory: string
  readonly root: Root
  readonly tables: Tables
  readonly layers: Layers
  /** Of LMDB, below the layers. */
  readonly position: Position
  /** A block waits no longer for its transaction; 250 ms by default. */
  readonly longestWaitMs?: number | undefined
}

export class WriteAhead {
  readonly #directory: string
  readonly #root: Root
  readonly #tables: Tables
  readonly #layers: Layers
  readonly #longestWaitMs: number
  /** Of LMDB, as this process knows it: another one must not write to it. */
  #position: Position
  #journal: Journal | undefined
  /** What went wrong first; nothing is written after it, as nobody knows what the disk has. */
  #failure: { readonly cause: unknown } | undefined
  #appending: Promise<void> | undefined
  #handing: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  /** A block has waited long enough. */
  #isDue = false

  constructor(components: WriteAheadComponents) {
    const { directory, root, tables, layers, position, longestWaitMs = LONGEST_WAIT_MS } = components
    this.#directory = directory
    this.#root = root
    this.#tables = tables
    this.#layers = layers
    this.#position = position
    this.#longestWaitMs = longestWaitMs
  }

  /**
   * Makes this process the one that writes: LMDB gets what an earlier one left in the journal, then `writes`, and a new
   * key, with which the journal begins anew.
   *
   * @throws DbError `db.head-moved`, `db.disk-full`, `db.read-only`, `db.io`
   */
  async begin(writes: readonly Write[] = []): Promise<void> {
    const key = newJournalKey()
    try {
      const { length } = leftInJournal(this.#directory, this.#root, this.#tables).blocks
      if (length !== this.#layers.all.blocks) throw headMoved('another process wrote blocks')
      const handed = this.#layers.hand()
      await this.#root.transaction(() => {
        this.#expectPosition()
        putAll(this.#tables, [...handed, ...writes, ['meta', META.journal, key]])
      })
      await this.#root.flushed
      this.#layers.drop()
      this.#position = positionOf(this.#root, this.#tables)
      this.#journal = new Journal(this.#directory, key)
    } catch (cause) {
      throw await this.#fail(cause)
    }
  }

  /**
   * Writes a block to the journal. When this resolves, the disk has it and readers see it; LMDB gets it later.
   *
   * @param prepare called while the disk works
   * @throws DbError what `begin` throws, also for blocks before that LMDB could not take
   */
  async append(number: number, payload: Uint8Array, prepare: () => Prepared): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#appending = promise
    try {
      const journal = await this.#ready()
      const appended = journal.append(number, payload)
      let prepared: Prepared
      try {
        prepared = prepare()
      } finally {
        await appended
      }
      this.#layers.add(prepared.writes)
      prepared.settle()
    } catch (cause) {
      throw await this.#fail(cause)
    } finally {
      this.#appending = undefined
      resolve()
    }
    this.#handIfDue()
  }

  /** Brings all blocks into LMDB. Blocks stay in the journal, and nothing is thrown, if it cannot take them. */
  async flush(): Promise<void> {
    while (this.#journal !== undefined && this.#failure === undefined && this.#layers.all.blocks > 0) {
      // Between looking and handing over nothing may wait: the next record would begin.
      if (this.#appending === undefined) await this.#hand()
      else await this.#appending
    }
  }

  /** Brings all blocks into LMDB, if it can, and ends. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#idle()
    await this.flush()
    clearTimeout(this.#timer)
    this.#journal?.close()
  }

  /** A record that is under way belongs to a block that is not in the layers yet: no moment to hand over and turn. */
  async #idle(): Promise<void> {
    while (this.#appending !== undefined) await this.#appending
  }

  async #ready(): Promise<Journal> {
    while (this.#isFull()) await this.#hand()
    if (this.#failure !== undefined) throw this.#failure.cause
    if (this.#journal === undefined) await this.begin()
    this.#expectKey()
    return this.#journal as Journal
  }

  #isFull(): boolean {
    const { blocks, bytes } = this.#layers.all
    return this.#failure === undefined && (blocks >= MAX_AHEAD_BLOCKS || bytes >= MAX_AHEAD_BYTES)
  }

  /** Now, if enough waits; else once the first block has waited long enough. */
  #handIfDue(): void {
    const { blocks, bytes } = this.#layers.newest
    if (blocks === 0 || this.#failure || this.#handing || this.#appending) return
    if (this.#isDue || blocks >= WAITING_BLOCKS || bytes >= WAITING_BYTES) void this.#hand()
    else {
      this.#timer ??= setTimeout(() => {
        this.#isDue = true
        this.#handIfDue()
      }, this.#longestWaitMs).unref()
    }
  }

  /** Settles when the blocks on their way have arrived, or cannot. */
  #hand(): Promise<void> {
    this.#handing ??= this.#handNewest().finally(() => {
      this.#handing = undefined
      this.#handIfDue()
    })
    return this.#handing
  }

  async #handNewest(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#isDue = false
    try {
      this.#expectPosition()
      const head = this.#layers.tables.meta.get(META.head)
      const writes = this.#layers.hand()
      // What comes now must outlive the next transaction, not this one.
      this.#journal?.turn()
      await this.#root.batch(() => putAll(this.#tables, writes))
      await this.#root.flushed
      this.#layers.drop()
      this.#position = { ...this.#position, head }
    } catch (cause) {
      await this.#fail(cause)
    }
  }

  /** Each process that writes makes its own, so this one sees at its next block that it is no longer alone. */
  #expectKey(): void {
    const key = read(this.#tables.meta, META.journal)
    if (key === undefined || !equalBytes(key, this.#position.key ?? key))
      throw headMoved('another process writes to it')
  }

  /** For moments at which this process writes nothing to LMDB. */
  #expectPosition(): void {
    if (!isSame(positionOf(this.#root, this.#tables), this.#position)) throw headMoved('another process wrote to it')
  }

  async #fail(cause: unknown): Promise<unknown> {
    this.#failure ??= { cause: writeError(await commitFault(cause), this.#directory) }
    return this.#failure.cause
  }
}

function headMoved(detail: string): DbError {
  return new DbError('db.head-moved', detail, 'end the other node that uses this base path')
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

/** What a process that ended, or that runs, left in the journal: blocks that it told of and the tables do not have. */
import { equalBytes } from '@pha/core/codec'
import { headerHash } from '@pha/core/protocol'
import { tryDecode } from '@pha/core/schema'
import { DbError } from './db-error.ts'
import { readJournal } from './journal.ts'
import { JournalBlock, StoredBlock } from './stored-block.ts'
import { META, type Root, read, type Tables } from './tables.ts'

/** Where the tables are, and whose records are worth something. */
export interface Position {
  readonly head: Uint8Array | undefined
  readonly key: Uint8Array | undefined
}

export interface Left {
  readonly position: Position
  /** They follow the head of the tables and each other. */
  readonly blocks: readonly { readonly block: StoredBlock; readonly write: JournalBlock }[]
}

/** A node that runs brings its blocks into the tables a few times a second; one reading takes some milliseconds. */
const MAX_READINGS = 20

/** @throws DbError `db.corrupt` if a block is missing before another one */
export function leftInJournal(directory: string, root: Root, tables: Tables): Left {
  for (let reading = 1; ; reading++) {
    const isLast = reading === MAX_READINGS
    const position = positionOf(root, tables)
    const records = recordsAbove(directory, tables, position)
    // Else a node that runs may have begun to write over what was read.
    if (!isSame(position, positionOf(root, tables)) && !isLast) continue
    try {
      return { position, blocks: inARow(records, position) }
    } catch (cause) {
      // The files are read one after the other: a node that turns to the one that comes later leaves a gap, once.
      if (isLast) throw cause
    }
  }
}

export function isSame(a: Position, b: Position): boolean {
  return areEqual(a.head, b.head) && areEqual(a.key, b.key)
}

/** As of now, whoever wrote it. */
export function positionOf(root: Root, { meta }: Tables): Position {
  root.resetReadTxn()
  return { head: read(meta, META.head), key: read(meta, META.journal) }
}

function areEqual(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : equalBytes(a, b)
}

function recordsAbove(directory: string, { blocks }: Tables, { head, key }: Position) {
  const bytes = head && read(blocks, head)
  const block = bytes && tryDecode(StoredBlock, bytes)
  // `headBlock` tells of a head without a block.
  if (key === undefined || !block?.ok) return []
  const { number } = block.value.header
  return readJournal(directory, key, number).map((record) => ({ ...record, first: number + 1 }))
}

function inARow(records: ReturnType<typeof recordsAbove>, { head }: Position): Left['blocks'] {
  let parent = head
  return records.map(({ number, payload, first }, i) => {
    if (number !== first + i) throw damaged(`block ${first + i} is damaged, block ${number} is not`)
    const write = JournalBlock.decode(payload)
    const block = StoredBlock.decode(write.block)
    if (!areEqual(parent, block.header.parentHash)) throw damaged(`block ${number} does not follow the block before`)
    parent = headerHash(block.header)
    return { block, write }
  })
}

function damaged(what: string): DbError {
  return new DbError(
    'db.corrupt',
    `journal: ${what}`,
    'restore a copy of the base path; or remove journal-0 and journal-1 to go on from the head of the tables, without the blocks that were told after it',
  )
}

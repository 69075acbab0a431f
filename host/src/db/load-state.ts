/** Rebuilds the state trie from the flat table, and the tries of recent blocks from what each block overwrote. */
import { equalBytes, toHex } from '@pha/core/codec'
import { emptyTrie, type Trie } from '@pha/core/trie'
import { type ChainDatabase, headBlock, KEPT_STATES } from './chain-database.ts'
import { DbError } from './db-error.ts'

/** Tries by block number, oldest first; the last one is the head's. */
export type RecentStates = ReadonlyMap<number, Trie>

/**
 * The states that the database can give, the head's checked against its header.
 *
 * Cost: all of the state once (about 9 us an entry), plus the changes of the recent blocks.
 *
 * @throws DbError `db.state-root-mismatch` if the flat table is not the state of the head
 */
export function loadStates(database: ChainDatabase): RecentStates {
  const { header } = headBlock(database).block
  let trie = emptyTrie(1)
  for (const [key, value] of database.state()) trie = trie.insert(key, value)
  const root = trie.root()
  if (!equalBytes(root, header.stateRoot)) {
    throw new DbError(
      'db.state-root-mismatch',
      `state of block ${header.number} has root ${toHex(root)}, its header says ${toHex(header.stateRoot)}`,
      'restore a copy of the base path, or remove it and start again',
    )
  }
  const newestFirst: [number, Trie][] = [[header.number, trie]]
  for (let number = header.number; number > 0 && newestFirst.length < KEPT_STATES; number--) {
    const undo = database.undo(number)
    if (undo === undefined) break
    trie = trie.applyChanges(undo)
    newestFirst.push([number - 1, trie])
  }
  return new Map(newestFirst.reverse())
}

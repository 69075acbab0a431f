/** Checks the state on disk: the head's trie against its header and the flat table, older tries by what differs. */
import { equalBytes, toHex } from '@pha/core/codec'
import { blake2b256 } from '@pha/core/crypto'
import type { Header } from '@pha/core/protocol'
import { type Entry, type NodeSource, StoredTries, TrieError } from '@pha/core/trie'
import type { ChainDatabase } from './chain-database.ts'
import type { Finding } from './check-database.ts'
import type { LayeredTables } from './layers.ts'
import { decodeRecord, keyOf, nodeKey } from './node-record.ts'
import { ReplacedNodes } from './stored-block.ts'
import { numberKey, numberOf } from './tables.ts'

/** Gives only nodes that are what their hash says, and counts them. */
class CheckedNodes implements NodeSource {
  readonly #tables: LayeredTables
  count = 0

  constructor(tables: LayeredTables) {
    this.#tables = tables
  }

  read(path: Uint8Array, nibbles: number, hash: Uint8Array) {
    const record = this.#tables.nodes.get(nodeKey(path, nibbles, hash))
    const node = record && decodeRecord(record)
    if (node === undefined || !equalBytes(blake2b256(node.encoded), hash)) return undefined
    // The node names its long value by hash, so the hash must be among its bytes.
    if (node.value.length > 0 && !Buffer.from(node.encoded).includes(blake2b256(node.value))) return undefined
    this.count++
    return node
  }
}

export function* checkState(database: ChainDatabase, head: Header): Generator<Finding, void, undefined> {
  const { tables } = database
  const nodes = new CheckedNodes(tables)
  let isWhole = false
  try {
    yield* compareFlat(new StoredTries({ version: 1, source: nodes, cacheBytes: 0 }), tables, head)
    isWhole = true
  } catch (cause) {
    if (!(cause instanceof TrieError)) throw cause
    yield { code: 'check.node', detail: `state of block ${head.number}: ${cause.message}` }
  }
  const noted = yield* checkOlder(database, head)
  if (!isWhole || noted === undefined) return
  const all = tables.nodes.count()
  const count = all - nodes.count - noted
  if (count !== 0) yield { code: 'check.stray-nodes', detail: `${count} of ${all} nodes` }
}

/** Walks trie and table side by side; the walk reads every node of the state once. */
function* compareFlat(tries: StoredTries, tables: LayeredTables, head: Header): Generator<Finding, void, undefined> {
  const flat = tables.state.entries(new Uint8Array())
  const nextFlat = (): Entry | undefined => flat.next().value ?? undefined
  let row = nextFlat()
  let differences = 0
  let example: Uint8Array | undefined
  const differs = (key: Uint8Array): void => {
    differences++
    example ??= key
  }
  for (const [key, value] of tries.open(head.stateRoot).entries()) {
    for (; row !== undefined && Buffer.compare(row[0], key) < 0; row = nextFlat()) differs(row[0])
    const isThere = row !== undefined && equalBytes(row[0], key)
    if (!isThere || !equalBytes(row?.[1] ?? new Uint8Array(), value)) differs(key)
    if (isThere) row = nextFlat()
  }
  for (; row !== undefined; row = nextFlat()) differs(row[0])
  if (differences > 0)
    yield { code: 'check.flat-state', detail: `${differences} keys, the first is ${example && toHex(example)}` }
}

/**
 * Each kept state differs from the next one by what the next block replaced: reading those nodes, newest state first,
 * reads all that a kept state needs.
 *
 * @returns how many noted nodes are there only for older states; `undefined` for an archive, which notes none
 */
function* checkOlder(database: ChainDatabase, head: Header): Generator<Finding, number | undefined, undefined> {
  const { tables, pruning } = database
  const oldest = database.oldestState()
  const tries = new StoredTries({ version: 1, source: new CheckedNodes(tables), cacheBytes: 32 * 1024 * 1024 })
  let noted = 0
  let next = head
  while (next.number > oldest) {
    const before = database.block(next.parentHash)?.header
    // The walk over the blocks has told it.
    if (before === undefined) return undefined
    try {
      const replaced = tries.replaced(tries.open(before.stateRoot), tries.open(next.stateRoot)).map(keyOf)
      if (pruning !== 'archive') {
        const notes = tables.replaced.get(numberKey(next.number))
        const stored = notes && ReplacedNodes.decode(notes)
        if (stored === undefined || !areSame(stored, replaced)) {
          yield { code: 'check.pruning-notes', detail: `block ${next.number}` }
        }
        const { number } = next
        noted += replaced.filter(
          (key) => (decodeRecord(tables.nodes.get(key) ?? key)?.number ?? number) < number,
        ).length
      }
    } catch (cause) {
      if (!(cause instanceof TrieError)) throw cause
      yield { code: 'check.node', detail: `state of block ${before.number}: ${cause.message}` }
    }
    next = before
  }
  for (const [key] of tables.replaced.entries(new Uint8Array())) {
    const number = numberOf(key)
    if (number <= oldest || number > head.number) yield { code: 'check.pruning-notes', detail: `block ${number}` }
  }
  return pruning === 'archive' ? undefined : noted
}

function areSame(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  const texts = new Set(a.map(toHex))
  return texts.size === b.length && b.every((key) => texts.has(toHex(key)))
}

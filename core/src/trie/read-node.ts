/** Reads a node that this machine wrote to its own store; a stranger's bytes go through `decodeNode`, which is strict. */
import { HEADER } from './encode-node.ts'
import type { Child, Node } from './node.ts'
import { TrieError } from './trie-error.ts'
import { type NodeReader, Unread } from './unread.ts'

const HASH_BYTES = 32

interface Cursor {
  readonly bytes: Uint8Array
  offset: number
}

/**
 * The node at `path`. Arrays inside it are views of the record.
 *
 * @param start half-bytes of `path`
 * @throws TrieError `trie.node-damaged`
 */
export function readNode(
  reader: NodeReader,
  path: Uint8Array,
  start: number,
  reference: Uint8Array,
  { encoded, value: hashed }: { readonly encoded: Uint8Array; readonly value: Uint8Array },
): Node {
  const cursor: Cursor = { bytes: encoded, offset: 0 }
  const node = read(cursor, reader, path, start, reference, hashed)
  if (cursor.offset !== encoded.length) throw damaged()
  return node
}

/** Recursion: a child inside its parent is shorter than 32 bytes. */
function read(
  cursor: Cursor,
  reader: NodeReader,
  path: Uint8Array,
  start: number,
  reference: Uint8Array,
  hashed: Uint8Array,
): Node {
  const first = byteAt(cursor)
  const header = HEADERS.find(({ bits, max }) => (first & ~max) === bits)
  if (header === undefined) throw damaged()
  const end = start + readCount(cursor, first & header.max, header.max)
  const key = readKey(cursor, path, start, end)
  const bitmap = header.isLeaf ? 0 : byteAt(cursor) | (byteAt(cursor) << 8)
  let value: Uint8Array | undefined
  let valueHash: Uint8Array | undefined
  if (header.value === 'hash') {
    valueHash = take(cursor, HASH_BYTES)
    value = hashed
  } else if (header.value === 'inline') value = take(cursor, readLength(cursor))
  if (header.isLeaf) return { key, start, end, value, children: undefined, reference, encoded: undefined, valueHash }
  const children = new Array<Child | undefined>(16).fill(undefined)
  const node: Node = { key, start, end, value, children, reference, encoded: undefined, valueHash }
  for (let slot = 0; slot < 16; slot++) {
    if (bitmap & (1 << slot)) children[slot] = readChild(cursor, reader, node, slot)
  }
  return node
}

function readChild(cursor: Cursor, reader: NodeReader, parent: Node, slot: number): Child {
  const reference = take(cursor, readLength(cursor))
  if (reference.length === HASH_BYTES) return new Unread(reader, reference, undefined)
  const { key, end } = parent
  const path = new Uint8Array((end + 2) >> 1)
  path.set(key)
  path[end >> 1] = end & 1 ? (path[end >> 1] as number) | slot : slot << 4
  return read({ bytes: reference, offset: 0 }, reader, path, end + 1, reference, new Uint8Array())
}

const HEADERS = [
  { ...HEADER.leafWithHash, isLeaf: true, value: 'hash' },
  { ...HEADER.branch, isLeaf: false, value: undefined },
  { ...HEADER.leaf, isLeaf: true, value: 'inline' },
  { ...HEADER.branchWithValue, isLeaf: false, value: 'inline' },
  { ...HEADER.branchWithHash, isLeaf: false, value: 'hash' },
] as const

function readCount(cursor: Cursor, inFirst: number, max: number): number {
  let count = inFirst
  if (count < max) return count
  for (;;) {
    const byte = byteAt(cursor)
    count += byte
    if (byte < 255) return count
  }
}

/** The path and the node's own half-bytes, `end` in all. */
function readKey(cursor: Cursor, path: Uint8Array, start: number, end: number): Uint8Array {
  const own = take(cursor, (end - start + 1) >> 1)
  const key = new Uint8Array((end + 1) >> 1)
  key.set(path)
  let position = start
  let at = 0
  if ((end - start) & 1) {
    const nibble = own[at++] as number
    key[position >> 1] = position & 1 ? (key[position >> 1] as number) | nibble : nibble << 4
    position++
  }
  if (position & 1) {
    for (; at < own.length; at++, position += 2) {
      const byte = own[at] as number
      key[position >> 1] = (key[position >> 1] as number) | (byte >> 4)
      key[(position >> 1) + 1] = (byte & 0x0f) << 4
    }
  } else key.set(at === 0 ? own : own.subarray(at), position >> 1)
  return key
}

function readLength(cursor: Cursor): number {
  const first = byteAt(cursor)
  const mode = first & 3
  if (mode === 0) return first >> 2
  if (mode === 1) return (first | (byteAt(cursor) << 8)) >> 2
  if (mode === 3) throw damaged()
  return (first | (byteAt(cursor) << 8) | (byteAt(cursor) << 16) | (byteAt(cursor) << 24)) >>> 2
}

function byteAt(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.offset++]
  if (byte === undefined) throw damaged()
  return byte
}

function take(cursor: Cursor, length: number): Uint8Array {
  const end = cursor.offset + length
  if (end > cursor.bytes.length) throw damaged()
  const part = cursor.bytes.subarray(cursor.offset, end)
  cursor.offset = end
  return part
}

function damaged(): TrieError {
  return new TrieError('trie.node-damaged', 'a stored node does not decode')
}

/** How a node of the state trie lies in the database. */
import type { NewNode, NodeName, StoredNode } from '@pha/core/trie'
import { Slab } from '../slab.ts'

/** Keys live as long as the writes that wait for LMDB, or for one read. */
const keys = new Slab()

/**
 * Place and hash: half-bytes of the path, whether their number is odd, hash. Equal subtrees in two places are two records,
 * so none has to be counted; neighbours in the trie are neighbours on disk.
 */
export function nodeKey(path: Uint8Array, nibbles: number, hash: Uint8Array): Uint8Array {
  const key = keys.take(path.length + 33)
  key.set(path)
  key[path.length] = nibbles & 1
  key.set(hash, path.length + 1)
  return key
}

export function keyOf({ path, nibbles, hash }: NodeName): Uint8Array {
  return nodeKey(path, nibbles, hash)
}

const HEAD_BYTES = 8

/**
 * u32 LE number of the block that wrote it last, u32 LE length of the node, node, value whose hash is in the node.
 *
 * @param slab where the record is to lie
 */
export function encodeRecord(number: number, { encoded, value }: NewNode, slab: Slab): Uint8Array {
  const record = slab.take(HEAD_BYTES + encoded.length + value.length)
  const view = new DataView(record.buffer, record.byteOffset)
  view.setUint32(0, number, true)
  view.setUint32(4, encoded.length, true)
  record.set(encoded, HEAD_BYTES)
  record.set(value, HEAD_BYTES + encoded.length)
  return record
}

/** `undefined` for bytes that are no record. Byte views alias `record`. */
export function decodeRecord(record: Uint8Array): (StoredNode & { readonly number: number }) | undefined {
  if (record.length < HEAD_BYTES) return undefined
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength)
  const end = HEAD_BYTES + view.getUint32(4, true)
  if (end > record.length) return undefined
  return { number: view.getUint32(0, true), encoded: record.subarray(HEAD_BYTES, end), value: record.subarray(end) }
}

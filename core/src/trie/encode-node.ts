/** Encodes nodes as Substrate's `sp-trie` does (node_codec.rs, node_header.rs; Polkadot specification, section 2.4.3). */
import { blake2b256 } from '../crypto/hash.ts'
import { writeCompact } from './compact.ts'
import { MAX_KEY_BYTES } from './limits.ts'
import { nibbleAt } from './nibbles.ts'
import type { Child, Children, Node } from './node.ts'
import { Unread } from './unread.ts'

/** State version: 0 keeps values in their nodes; 1 keeps the hash of a value of more than 32 bytes. */
export type TrieVersion = 0 | 1

/** First byte of a node: `bits` is the prefix, the low bits that `max` covers begin the nibble count. */
export const HEADER = {
  leaf: { bits: 0b0100_0000, max: 0b11_1111 },
  branch: { bits: 0b1000_0000, max: 0b11_1111 },
  branchWithValue: { bits: 0b1100_0000, max: 0b11_1111 },
  leafWithHash: { bits: 0b0010_0000, max: 0b1_1111 },
  branchWithHash: { bits: 0b0001_0000, max: 0b1111 },
} as const

/** The encoding of a trie without keys. */
export const EMPTY_NODE = Uint8Array.of(0)

const HASH_BYTES = 32

/** All of a node but its value: header and nibble count, nibbles, bitmap, value length, 16 child references. */
const MAX_FRAME_BYTES = 6 + MAX_KEY_BYTES + 2 + 4 + 16 * (1 + HASH_BYTES)

/** Reused by every encoding that fits: a node is encoded only after its children's references are known. */
const scratch = new Uint8Array(4 * MAX_FRAME_BYTES)

/** What a parent writes for `node`: its encoding when shorter than 32 bytes, else the hash of the encoding. Cached. */
export function referenceOf(node: Child, version: TrieVersion): Uint8Array {
  if (node instanceof Unread) return node.reference
  if (node.reference === undefined) {
    const encoded = encodeShared(node, version).slice()
    const isHashed = encoded.length >= HASH_BYTES
    node.reference = isHashed ? blake2b256(encoded) : encoded
    if (isHashed) node.encoded = encoded
  }
  return node.reference
}

export function isInline(reference: Uint8Array): boolean {
  return reference.length < HASH_BYTES
}

/** Whether the node of `value` holds the value's hash instead of the value. */
export function isHashedValue(value: Uint8Array | undefined, version: TrieVersion): value is Uint8Array {
  return version === 1 && value !== undefined && value.length > HASH_BYTES
}

export function encodeNode(node: Node, version: TrieVersion): Uint8Array {
  return node.encoded ?? encodeShared(node, version).slice()
}

/** The result is a view of `scratch`, good until the next encoding. */
function encodeShared(node: Node, version: TrieVersion): Uint8Array {
  // Those of the children first: their encodings use the same bytes.
  for (const child of node.children ?? []) if (child !== undefined) referenceOf(child, version)
  const hashed = isHashedValue(node.value, version)
  const bound = MAX_FRAME_BYTES + (node.value?.length ?? 0)
  const out = bound <= scratch.length ? scratch : new Uint8Array(bound)

  let offset = writeHeader(out, kindOf(node, hashed), node.end - node.start)
  offset = writeNibbles(out, offset, node)
  if (node.children !== undefined) offset = writeBitmap(out, offset, node.children)
  if (hashed) {
    node.valueHash ??= blake2b256(node.value as Uint8Array)
    out.set(node.valueHash, offset)
    offset += HASH_BYTES
  } else if (node.value !== undefined) {
    offset = writeBytes(out, offset, node.value)
  }
  for (const child of node.children ?? []) {
    if (child !== undefined) offset = writeBytes(out, offset, referenceOf(child, version))
  }
  return out.subarray(0, offset)
}

type Header = (typeof HEADER)[keyof typeof HEADER]

function kindOf(node: Node, hashed: boolean): Header {
  if (node.children === undefined) return hashed ? HEADER.leafWithHash : HEADER.leaf
  if (node.value === undefined) return HEADER.branch
  return hashed ? HEADER.branchWithHash : HEADER.branchWithValue
}

/** A count below `max` sits in the first byte; else `max`, then bytes of 255 for 255 each, then the rest less one. */
function writeHeader(out: Uint8Array, { bits, max }: Header, count: number): number {
  if (count < max) {
    out[0] = bits | count
    return 1
  }
  out[0] = bits | max
  let offset = 1
  let rest = count - max
  for (; rest >= 255; rest -= 255) out[offset++] = 255
  out[offset] = rest
  return offset + 1
}

/** Two nibbles a byte; an odd count begins with a byte whose high half is zero. */
function writeNibbles(out: Uint8Array, from: number, { key, start, end }: Node): number {
  let offset = from
  let position = start
  if ((end - start) & 1) out[offset++] = nibbleAt(key, position++)
  for (; position < end; position += 2)
    out[offset++] =
      position & 1 ? (nibbleAt(key, position) << 4) | nibbleAt(key, position + 1) : (key[position >> 1] as number)
  return offset
}

function writeBitmap(out: Uint8Array, offset: number, children: Children): number {
  let bitmap = 0
  for (let slot = 0; slot < 16; slot++) if (children[slot] !== undefined) bitmap |= 1 << slot
  out[offset] = bitmap & 0xff
  out[offset + 1] = bitmap >> 8
  return offset + 2
}

function writeBytes(out: Uint8Array, from: number, bytes: Uint8Array): number {
  const offset = writeCompact(out, from, bytes.length)
  out.set(bytes, offset)
  return offset + bytes.length
}

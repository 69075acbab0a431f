/**
 * Decodes a node from a stranger's proof, strictly: one encoding for each node, anything else is refused.
 *
 * The empty node is refused too: only a root can be empty, and the empty root needs no proof.
 */
import { HEADER } from './encode-node.ts'
import { MAX_KEY_BYTES, MAX_VALUE_BYTES } from './limits.ts'

/** `hash` names another entry of the proof. */
export type DecodedValue =
  | { readonly kind: 'inline'; readonly bytes: Uint8Array }
  | { readonly kind: 'hash'; readonly hash: Uint8Array }

export type DecodedChild =
  | { readonly kind: 'inline'; readonly node: DecodedNode }
  | { readonly kind: 'hash'; readonly hash: Uint8Array }

export interface DecodedNode {
  readonly nibbles: Uint8Array
  readonly value: DecodedValue | undefined
  /** Empty for a leaf, else 16 long. */
  readonly children: readonly (DecodedChild | undefined)[]
}

const HASH_BYTES = 32

/** The node, or `undefined` for bytes that are not exactly one canonical node. Byte views alias `bytes`. */
export function decodeNode(bytes: Uint8Array): DecodedNode | undefined {
  try {
    return decode(bytes)
  } catch (error) {
    if (error instanceof NotCanonical) return undefined
    throw error
  }
}

/** Stays inside this file. */
class NotCanonical extends Error {}

interface Cursor {
  readonly bytes: Uint8Array
  offset: number
}

/** Recursion: an inline child is shorter than 32 bytes and than its parent. */
function decode(bytes: Uint8Array): DecodedNode {
  const cursor: Cursor = { bytes, offset: 0 }
  const kind = readKind(cursor)
  const nibbles = readNibbles(cursor, readCount(cursor, HEADER[kind].max))
  const isLeaf = kind === 'leaf' || kind === 'leafWithHash'
  const bitmap = isLeaf ? 0 : readBitmap(cursor)
  const value = kind === 'branch' ? undefined : readValue(cursor, kind)
  const children: (DecodedChild | undefined)[] = []
  for (let slot = 0; !isLeaf && slot < 16; slot++) children.push(bitmap & (1 << slot) ? readChild(cursor) : undefined)
  if (cursor.offset !== bytes.length) throw new NotCanonical()
  return { nibbles, value, children }
}

type Kind = keyof typeof HEADER

/** Looks at the first byte; `readCount` consumes it. */
function readKind({ bytes: [first] }: Cursor): Kind {
  for (const kind of Object.keys(HEADER) as Kind[]) {
    if (first !== undefined && (first & ~HEADER[kind].max) === HEADER[kind].bits) return kind
  }
  throw new NotCanonical()
}

function readCount(cursor: Cursor, max: number): number {
  let count = readByte(cursor) & max
  if (count < max) return count
  for (;;) {
    const byte = readByte(cursor)
    count += byte
    if (count > 2 * MAX_KEY_BYTES) throw new NotCanonical()
    if (byte < 255) return count
  }
}

function readNibbles(cursor: Cursor, count: number): Uint8Array {
  const packed = take(cursor, (count + 1) >> 1)
  const padding = count & 1
  if (padding && (packed[0] as number) > 0x0f) throw new NotCanonical()
  return Uint8Array.from({ length: count }, (_, i) => {
    const byte = packed[(i + padding) >> 1] as number
    return (i + padding) & 1 ? byte & 0x0f : byte >> 4
  })
}

function readBitmap(cursor: Cursor): number {
  const bitmap = readByte(cursor) | (readByte(cursor) << 8)
  if (bitmap === 0) throw new NotCanonical()
  return bitmap
}

function readValue(cursor: Cursor, kind: Kind): DecodedValue {
  if (kind === 'leafWithHash' || kind === 'branchWithHash') return { kind: 'hash', hash: take(cursor, HASH_BYTES) }
  const length = readCompact(cursor)
  if (length > MAX_VALUE_BYTES) throw new NotCanonical()
  return { kind: 'inline', bytes: take(cursor, length) }
}

/** 32 bytes are a hash: an encoding of 32 bytes or more is never inline. */
function readChild(cursor: Cursor): DecodedChild {
  const length = readCompact(cursor)
  if (length > HASH_BYTES) throw new NotCanonical()
  const reference = take(cursor, length)
  return length === HASH_BYTES ? { kind: 'hash', hash: reference } : { kind: 'inline', node: decode(reference) }
}

/** The shortest mode only. The big-integer mode would be a length of 2^30 or more. */
function readCompact(cursor: Cursor): number {
  const first = readByte(cursor)
  const mode = first & 3
  if (mode === 0) return first >> 2
  if (mode === 3) throw new NotCanonical()
  const [length, least] = mode === 1 ? [2, 2 ** 6] : [4, 2 ** 14]
  let value = first
  for (let i = 1; i < length; i++) value += readByte(cursor) * 2 ** (8 * i)
  value = Math.floor(value / 4)
  if (value < least) throw new NotCanonical()
  return value
}

function readByte(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.offset++]
  if (byte === undefined) throw new NotCanonical()
  return byte
}

function take(cursor: Cursor, length: number): Uint8Array {
  const end = cursor.offset + length
  if (end > cursor.bytes.length) throw new NotCanonical()
  const part = cursor.bytes.subarray(cursor.offset, end)
  cursor.offset = end
  return part
}

/**
 * Nodes of the persistent trie and the four walks over them: read, insert, remove, clear a prefix.
 *
 * A node does not hold its nibbles but some full key below it, or at least all of its path, and the range `start`..`end`
 * that is its own part of the path. Splitting and merging then only move `start`, and every key is stored once.
 *
 * Nodes never change, apart from the three caches. A walk copies the path it changes and returns the node it
 * was given when nothing changed. Recursion is at most 2 * MAX_KEY_BYTES deep.
 */
import { firstDifference, nibbleAt } from './nibbles.ts'
import { Unread } from './unread.ts'

/** A child is here, or in a store. */
export type Child = Node | Unread

/** Always 16 long. Only `StoredTries` writes into it: it puts in the place of a node what stands for that very node. */
export type Children = (Child | undefined)[]

/** Invariant: a value or at least two children (a branch with one child and no value is merged into the child). */
export interface Node {
  readonly key: Uint8Array
  readonly start: number
  readonly end: number
  readonly value: Uint8Array | undefined
  readonly children: Children | undefined
  /** Cache: what a parent writes for this node (encode-node.ts). Depends on `start`, value and children. */
  reference: Uint8Array | undefined
  /** Cache: the encoding that `reference` is the hash of, until a store has it. */
  encoded: Uint8Array | undefined
  /** Cache: hash of a long value, so that a large value is hashed once however often its node is copied. */
  valueHash: Uint8Array | undefined
}

const NO_CHILDREN: Children = new Array<Child | undefined>(16).fill(undefined)

/** The child in `slot`, read from its store if it is there. */
export function childAt(node: Node, slot: number): Node | undefined {
  const child = node.children?.[slot]
  return child instanceof Unread ? child.read(node, slot) : child
}

/** The node whose path is all of `key`. */
export function findAt(root: Node | undefined, key: Uint8Array): Node | undefined {
  const total = 2 * key.length
  let node = root
  while (node !== undefined && node.end <= total) {
    if (firstDifference(node.key, key, node.start, node.end) < node.end) return undefined
    if (node.end === total) return node
    node = childAt(node, nibbleAt(key, node.end))
  }
  return undefined
}

/** Inserts below `node`, whose own part begins at `start`. `key` and `value` are kept, not copied. */
export function insertAt(node: Node | undefined, key: Uint8Array, start: number, value: Uint8Array): Node {
  const total = 2 * key.length
  if (node === undefined) return makeNode(key, start, total, value, undefined)
  const at = firstDifference(node.key, key, start, Math.min(node.end, total))

  if (at < node.end) {
    const children = NO_CHILDREN.with(nibbleAt(node.key, at), moveStart(node, at + 1))
    if (at === total) return makeNode(key, start, at, value, children)
    const leaf = makeNode(key, at + 1, total, value, undefined)
    return makeNode(key, start, at, undefined, children.with(nibbleAt(key, at), leaf))
  }
  if (at === total) {
    if (node.value !== undefined && equalBytes(node.value, value)) return node
    return makeNode(key, start, at, value, node.children)
  }
  const slot = nibbleAt(key, at)
  const child = childAt(node, slot)
  const changed = insertAt(child, key, at + 1, value)
  return changed === child ? node : withChild(node, slot, changed)
}

export function removeAt(node: Node, key: Uint8Array): Node | undefined {
  const total = 2 * key.length
  if (node.end > total || firstDifference(node.key, key, node.start, node.end) < node.end) return node
  if (node.end === total) {
    if (node.value === undefined) return node
    return merge(makeNode(node.key, node.start, node.end, undefined, node.children))
  }
  const slot = nibbleAt(key, node.end)
  const child = childAt(node, slot)
  if (child === undefined) return node
  const changed = removeAt(child, key)
  return changed === child ? node : merge(withChild(node, slot, changed))
}

/** Removes every key that begins with `prefix`. */
export function clearPrefixAt(node: Node, prefix: Uint8Array): Node | undefined {
  const total = 2 * prefix.length
  const at = firstDifference(node.key, prefix, node.start, Math.min(node.end, total))
  if (at === total) return undefined
  if (at < node.end) return node
  const slot = nibbleAt(prefix, at)
  const child = childAt(node, slot)
  if (child === undefined) return node
  const changed = clearPrefixAt(child, prefix)
  return changed === child ? node : merge(withChild(node, slot, changed))
}

function makeNode(
  key: Uint8Array,
  start: number,
  end: number,
  value: Uint8Array | undefined,
  children: Children | undefined,
): Node {
  return { key, start, end, value, children, reference: undefined, encoded: undefined, valueHash: undefined }
}

function moveStart(node: Node, start: number): Node {
  return { ...node, start, reference: undefined, encoded: undefined }
}

function withChild(node: Node, slot: number, child: Child | undefined): Node {
  const children = (node.children ?? NO_CHILDREN).with(slot, child)
  return { ...node, children, reference: undefined, encoded: undefined }
}

/** Restores the invariant after a removal. The key of an only child holds the whole path: merging moves its `start`. */
function merge(node: Node): Node | undefined {
  const children = node.children ?? NO_CHILDREN
  const first = children.findIndex((child) => child !== undefined)
  if (node.value !== undefined) return first >= 0 ? node : { ...node, children: undefined }
  if (first < 0) return undefined
  if (children.findLastIndex((child) => child !== undefined) > first) return node
  return moveStart(childAt(node, first) as Node, node.start)
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

/** Tries whose nodes are in a store: opened by their root, written by what changed, forgotten by what no longer counts. */
import { blake2b256 } from '../crypto/hash.ts'
import { EMPTY_NODE, encodeNode, isHashedValue, isInline, referenceOf, type TrieVersion } from './encode-node.ts'
import { firstDifference, nibbleAt } from './nibbles.ts'
import { childAt, type Node } from './node.ts'
import { NodeCache, type NodeSource } from './node-cache.ts'
import { type FlatState, Trie } from './trie.ts'
import { Unread } from './unread.ts'

/** Where a node is and what it is: the name under which a source finds it. */
export interface NodeName {
  /** The `nibbles` half-bytes above the node; the unused low half of the last byte is 0. */
  readonly path: Uint8Array
  readonly nibbles: number
  readonly hash: Uint8Array
}

/** A node to keep. */
export interface NewNode extends NodeName {
  readonly encoded: Uint8Array
  /** The value whose hash is in `encoded`; empty if there is none. */
  readonly value: Uint8Array
}

export interface StoredTriesInit {
  readonly version: TrieVersion
  readonly source: NodeSource
  /** Memory for nodes that are in the store as well, in bytes of V8's heap. */
  readonly cacheBytes: number
}

const NO_BYTES = new Uint8Array()
const EMPTY_ROOT = blake2b256(EMPTY_NODE)

/**
 * @example
 * const tries = new StoredTries({ version: 1, source, cacheBytes: 64 * 1024 * 1024 })
 * const next = tries.open(header.stateRoot).applyChanges(changes)
 * for (const name of tries.replaced(before, next)) journal.push(name)
 * tries.write(next, (node) => store.put(node))
 */
export class StoredTries {
  readonly #version: TrieVersion
  readonly #cache: NodeCache

  constructor({ version, source, cacheBytes }: StoredTriesInit) {
    this.#version = version
    this.#cache = new NodeCache(source, cacheBytes)
  }

  /**
   * The trie with a root that the source has.
   *
   * @param flat reads its keys faster than a walk does, for as long as it can
   * @throws TrieError `trie.node-missing`, now for the root and in later reads for other nodes
   */
  open(root: Uint8Array, flat?: FlatState): Trie {
    if (equalHashes(root, EMPTY_ROOT)) return new Trie(this.#version, undefined, flat)
    const node = this.#cache.read(NO_BYTES, 0, root)
    return new Trie(this.#version, node, flat)
  }

  /**
   * Gives every node of `trie` that no store has to `put`; from then on they count as stored, and stay in memory only as
   * long as the cache has room. So if the store fails to keep one, `trie` must not be used further.
   */
  write(trie: Trie, put: (node: NewNode) => void): void {
    const { rootNode } = trie
    if (rootNode === undefined) return
    this.#write(rootNode, put)
    put(this.#newNode(rootNode, trie.root()))
    rootNode.encoded = undefined
  }

  /** `trie`, which was written, reading its keys through `flat`. */
  withFlat(trie: Trie, flat: FlatState): Trie {
    return new Trie(this.#version, trie.rootNode, flat)
  }

  /**
   * The nodes of `before`, which is stored, that are not in `after`.
   *
   * Cost: the paths to what differs.
   */
  replaced(before: Trie, after: Trie): NodeName[] {
    const [root, now] = [before.root(), after.root()]
    if (before.rootNode === undefined || equalHashes(root, now)) return []
    const names = [nameOf(before.rootNode, root)]
    this.#replacedBelow(before.rootNode, after.rootNode, names)
    return names
  }

  #write(node: Node, put: (node: NewNode) => void): void {
    const { children } = node
    if (children === undefined) return
    for (let slot = 0; slot < 16; slot++) {
      const child = children[slot]
      if (child === undefined || child instanceof Unread) continue
      const reference = referenceOf(child, this.#version)
      // All that is below a node inside its parent is inside as well.
      if (isInline(reference)) continue
      this.#write(child, put)
      put(this.#newNode(child, reference))
      child.encoded = undefined
      children[slot] = new Unread(this.#cache, reference, child)
    }
  }

  #newNode(node: Node, hash: Uint8Array): NewNode {
    const value = isHashedValue(node.value, this.#version) ? node.value : NO_BYTES
    return { ...nameOf(node, hash), encoded: encodeNode(node, this.#version), value }
  }

  /** `now` is a node of the newer trie on the path to `node`, which is not in that trie. */
  #replacedBelow(node: Node, now: Node | undefined, names: NodeName[]): void {
    const top = lowestAbove(node, now)
    for (let slot = 0; slot < 16; slot++) {
      const child = node.children?.[slot]
      if (child === undefined) continue
      const reference = referenceOf(child, this.#version)
      if (isInline(reference)) continue
      const isMoved = top !== undefined && top.end > node.end
      const same = isMoved ? undefined : top?.children?.[slot]
      if (same !== undefined && equalHashes(referenceOf(same, this.#version), reference)) continue
      const old = childAt(node, slot) as Node
      names.push(nameOf(old, reference))
      const passes = isMoved && nibbleAt(top.key, node.end) === slot
      this.#replacedBelow(old, isMoved ? (passes ? top : undefined) : top && childAt(top, slot), names)
    }
  }
}

/** The first node below `from`, on the path of `node`, that ends where `node` ends or further on. */
function lowestAbove(node: Node, from: Node | undefined): Node | undefined {
  let top = from
  while (top !== undefined) {
    const shared = Math.min(top.end, node.end)
    if (firstDifference(top.key, node.key, top.start, shared) < shared) return undefined
    if (top.end >= node.end) return top
    top = childAt(top, nibbleAt(node.key, top.end))
  }
  return undefined
}

/** `b` is a hash; `a` may be the encoding of a small node. */
function equalHashes(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || (a.length === b.length && firstDifference(a, b, 0, 64) === 64)
}

/** The root's `start` is 0, so its path is empty. */
function nameOf({ key, start }: Node, hash: Uint8Array): NodeName {
  const path = key.slice(0, (start + 1) >> 1)
  if (start & 1) path[start >> 1] = (path[start >> 1] as number) & 0xf0
  return { path, nibbles: start, hash }
}

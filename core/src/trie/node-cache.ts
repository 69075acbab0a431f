/** The part of a store's trie that is in memory: read when needed, bounded in bytes. */
import type { Node } from './node.ts'
import { readNode } from './read-node.ts'
import { TrieError } from './trie-error.ts'
import type { NodeReader, Unread } from './unread.ts'

/** What a store keeps of one node. */
export interface StoredNode {
  readonly encoded: Uint8Array
  /** The value whose hash is in `encoded`; empty if the node holds its value itself or has none. */
  readonly value: Uint8Array
}

/**
 * Where nodes come from. A node is named by where it is and what it is, so that equal subtrees in two places are two
 * records, and one can go while the other stays. Synchronous, as the runtime is.
 */
export interface NodeSource {
  /** @param path the `nibbles` half-bytes above the node; the unused low half of the last byte is 0 */
  read(path: Uint8Array, nibbles: number, hash: Uint8Array): StoredNode | undefined
}

/** Keeps nodes in memory up to a number of bytes, and forgets those first that nobody read for longest (a clock). */
export class NodeCache implements NodeReader {
  readonly #source: NodeSource
  readonly #maxBytes: number
  readonly #ring: Unread[] = []
  #hand = 0
  #bytes = 0

  constructor(source: NodeSource, maxBytes: number) {
    this.#source = source
    this.#maxBytes = maxBytes
  }

  /** @throws TrieError `trie.node-missing` */
  read(path: Uint8Array, nibbles: number, hash: Uint8Array): Node {
    const stored = this.#source.read(path, nibbles, hash)
    if (stored === undefined) throw new TrieError('trie.node-missing', `node ${nibbles} nibbles below the root`)
    return readNode(this, path, nibbles, hash, stored)
  }

  keep(unread: Unread, node: Node): void {
    this.#ring.push(unread)
    this.#bytes += bytesOf(node)
    while (this.#bytes > this.#maxBytes && this.#ring.length > 1) this.#forgetOne()
  }

  #forgetOne(): void {
    for (;;) {
      if (this.#hand >= this.#ring.length) this.#hand = 0
      const unread = this.#ring[this.#hand] as Unread
      if (!unread.isUsed) {
        const node = unread.forget()
        if (node !== undefined) this.#bytes -= bytesOf(node)
        const last = this.#ring.pop() as Unread
        if (last !== unread) this.#ring[this.#hand] = last
        return
      }
      unread.isUsed = false
      this.#hand++
    }
  }
}

/** What a node takes in V8's heap, measured in round numbers: an array of bytes costs some 100 beside its content. */
function bytesOf({ key, value, children }: Node): number {
  const own = 300 + key.length + (value === undefined ? 0 : 100 + value.length)
  if (children === undefined) return own
  let count = 0
  for (const child of children) if (child !== undefined) count++
  return own + 160 + count * 180
}

/** What stands in a parent for a child that is in a store and not in memory. */
import type { Node } from './node.ts'

/** Reads nodes and decides how long they stay in memory. */
export interface NodeReader {
  /** @param path the `nibbles` half-bytes above the node; the unused low half of the last byte is 0 */
  read(path: Uint8Array, nibbles: number, hash: Uint8Array): Node
  /** `unread` holds `node` from now on, until it is told to forget it. */
  keep(unread: Unread, node: Node): void
}

/** Stands in a parent for a child that its store has. Copies of the parent share it. */
export class Unread {
  readonly reference: Uint8Array
  readonly #reader: NodeReader
  #node: Node | undefined
  /** For the cache only: read since the hand came by. */
  isUsed = true

  constructor(reader: NodeReader, reference: Uint8Array, node: Node | undefined) {
    this.#reader = reader
    this.reference = reference
    this.#node = node
    if (node !== undefined) reader.keep(this, node)
  }

  /** The node in slot `slot` below `parent`. */
  read(parent: Node, slot: number): Node {
    this.isUsed = true
    if (this.#node !== undefined) return this.#node
    const node = this.#reader.read(pathBelow(parent, slot), parent.end + 1, this.reference)
    this.#node = node
    this.#reader.keep(this, node)
    return node
  }

  /** Gives the memory back; answers what it held. */
  forget(): Node | undefined {
    const node = this.#node
    this.#node = undefined
    return node
  }
}

/** The half-bytes above the child of `parent` in `slot`. */
function pathBelow({ key, end }: Node, slot: number): Uint8Array {
  const path = new Uint8Array((end + 2) >> 1)
  path.set(key.subarray(0, (end + 1) >> 1))
  if (end & 1) path[end >> 1] = ((key[end >> 1] as number) & 0xf0) | slot
  else path[end >> 1] = slot << 4
  return path
}

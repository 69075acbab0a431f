/** The Merkle value by which a client notices a change anywhere below a prefix (JSON-RPC interface, `chainHead_v1_storage`). */
import { referenceOf } from './encode-node.ts'
import { findPrefix } from './entries.ts'
import type { Trie } from './trie.ts'

/**
 * The Merkle value of the node at `key`, or of the highest one below it; `undefined` if no key begins with `key`.
 *
 * It is what the parent holds: the node's encoding if that has fewer than 32 bytes, else its hash. The root is always hashed.
 *
 * @example
 * const before = closestDescendantMerkleValue(trie, prefix) // differs once any key below `prefix` has changed
 */
export function closestDescendantMerkleValue(trie: Trie, key: Uint8Array): Uint8Array | undefined {
  const node = findPrefix(trie.rootNode, key)
  if (node === undefined) return undefined
  if (node === trie.rootNode) return trie.root()
  return referenceOf(node, trie.version).slice()
}

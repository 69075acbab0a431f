/** Read proofs: the nodes on the paths of some keys, as Substrate's `state_getReadProof` gives them. */
import { EMPTY_NODE, encodeNode, isHashedValue, isInline, referenceOf } from './encode-node.ts'
import { firstDifference, nibbleAt } from './nibbles.ts'
import { childAt, type Node } from './node.ts'
import type { Trie } from './trie.ts'

/**
 * Proves the value, or the absence, of each of `keys` under `trie.root()`.
 *
 * The proof holds the encoded nodes on the way to each key (a node inside its parent comes with the parent) and,
 * in state version 1, the values that are stored as hashes; without duplicates, in byte order, as Substrate's
 * `StorageProof` is a sorted set. `verifyProof` refuses more than MAX_PROOF_NODES: ask for fewer keys then.
 *
 * @example
 * const proof = proveKeys(trie, [present, absent])
 * verifyProof(trie.root(), proof, [present, absent]) // { ok: true, values: [value, undefined] }
 */
export function proveKeys(trie: Trie, keys: Iterable<Uint8Array>): Uint8Array[] {
  const { rootNode, version } = trie
  if (rootNode === undefined) return [EMPTY_NODE.slice()]
  const nodes = new Set<Node>([rootNode])
  const values = new Set<Uint8Array>()
  for (const key of keys) {
    const path = pathOf(rootNode, key)
    for (const node of path) {
      if (!isInline(referenceOf(node, version))) nodes.add(node)
    }
    const last = path.at(-1)
    if (last !== undefined && isMatch(last, key) && isHashedValue(last.value, version)) values.add(last.value)
  }
  const items = [...[...nodes].map((node) => encodeNode(node, version)), ...[...values].map((value) => value.slice())]
  items.sort(compareBytes)
  return items.filter((item, i) => i === 0 || compareBytes(item, items[i - 1] as Uint8Array) !== 0)
}

/** Every node that must be looked at to know what is at `key`, from the root on. */
function pathOf(rootNode: Node, key: Uint8Array): Node[] {
  const path: Node[] = []
  let node: Node | undefined = rootNode
  while (node !== undefined) {
    path.push(node)
    const end: number = node.end
    if (end >= 2 * key.length || firstDifference(node.key, key, node.start, end) < end) break
    node = childAt(node, nibbleAt(key, end))
  }
  return path
}

function isMatch({ key: full, start, end }: Node, key: Uint8Array): boolean {
  return end === 2 * key.length && firstDifference(full, key, start, end) === end
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

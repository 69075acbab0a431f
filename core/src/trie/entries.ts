/** Walks a trie lazily in key order, from any key on. */
import { firstDifference, nibbleAt } from './nibbles.ts'
import type { Children, Node } from './node.ts'

export type Entry = readonly [key: Uint8Array, value: Uint8Array]

/**
 * Yields the entries below `root` whose keys begin with `prefix` and come after `startAfter`, in byte order.
 *
 * Cost: O(depth) to the first entry and between two entries; nothing is collected beforehand. A node's own
 * value comes before its children, as a shorter key comes before its extensions.
 */
export function* entriesOf(
  root: Node | undefined,
  prefix: Uint8Array,
  startAfter: Uint8Array | undefined,
): Generator<Entry, void, undefined> {
  const stack: Node[] = []
  const top = findPrefix(root, prefix)
  if (top !== undefined) {
    if (startAfter === undefined) stack.push(top)
    else pushAfter(stack, top, startAfter)
  }
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.children !== undefined) pushChildren(stack, node.children, 0)
    if (node.value !== undefined) yield [ownKey(node), node.value]
  }
}

/** The highest node all of whose keys begin with `prefix`. */
export function findPrefix(root: Node | undefined, prefix: Uint8Array): Node | undefined {
  const total = 2 * prefix.length
  let node = root
  while (node !== undefined) {
    const at = firstDifference(node.key, prefix, node.start, Math.min(node.end, total))
    if (at === total) return node
    if (at < node.end) return undefined
    node = node.children?.[nibbleAt(prefix, at)]
  }
  return undefined
}

/** Puts on the stack the subtrees below `top` that lie wholly after `key`, the nearest last. */
function pushAfter(stack: Node[], top: Node, key: Uint8Array): void {
  const total = 2 * key.length
  let node: Node | undefined = top
  // `top` lies below a prefix that `key` need not share, so the comparison begins at the root.
  let from = 0
  while (node !== undefined) {
    const at = firstDifference(node.key, key, from, Math.min(node.end, total))
    if (at < node.end) {
      if (at === total || nibbleAt(node.key, at) > nibbleAt(key, at)) stack.push(node)
      return
    }
    if (node.children === undefined) return
    if (at === total) {
      pushChildren(stack, node.children, 0)
      return
    }
    const slot = nibbleAt(key, at)
    pushChildren(stack, node.children, slot + 1)
    node = node.children[slot]
    from = at
  }
}

function pushChildren(stack: Node[], children: Children, first: number): void {
  for (let slot = 15; slot >= first; slot--) {
    const child = children[slot]
    if (child !== undefined) stack.push(child)
  }
}

/** A branch may hold a longer key than its own. */
function ownKey({ key, end }: Node): Uint8Array {
  return 2 * key.length === end ? key : key.slice(0, end >> 1)
}

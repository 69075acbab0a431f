/** Walks a trie lazily in key order, from any key on. */
import { firstDifference, nibbleAt } from './nibbles.ts'
import { childAt, type Node } from './node.ts'

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
  const stack: Waiting[] = []
  const top = findPrefix(root, prefix)
  if (top !== undefined) {
    if (startAfter === undefined) stack.push({ parent: undefined, node: top })
    else pushAfter(stack, top, startAfter)
  }
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const node = next.parent === undefined ? next.node : (childAt(next.parent, next.slot) as Node)
    pushChildren(stack, node, 0)
    if (node.value !== undefined) yield [ownKey(node), node.value]
  }
}

/** A subtree that is still to be walked: a child is read only when its turn comes. */
type Waiting = { readonly parent: undefined; readonly node: Node } | { readonly parent: Node; readonly slot: number }

/** The highest node all of whose keys begin with `prefix`. */
export function findPrefix(root: Node | undefined, prefix: Uint8Array): Node | undefined {
  const total = 2 * prefix.length
  let node = root
  while (node !== undefined) {
    const at = firstDifference(node.key, prefix, node.start, Math.min(node.end, total))
    if (at === total) return node
    if (at < node.end) return undefined
    node = childAt(node, nibbleAt(prefix, at))
  }
  return undefined
}

/** Puts on the stack the subtrees below `top` that lie wholly after `key`, the nearest last. */
function pushAfter(stack: Waiting[], top: Node, key: Uint8Array): void {
  const total = 2 * key.length
  let node: Node | undefined = top
  // `top` lies below a prefix that `key` need not share, so the comparison begins at the root.
  let from = 0
  while (node !== undefined) {
    const at = firstDifference(node.key, key, from, Math.min(node.end, total))
    if (at < node.end) {
      if (at === total || nibbleAt(node.key, at) > nibbleAt(key, at)) stack.push({ parent: undefined, node })
      return
    }
    if (node.children === undefined) return
    if (at === total) {
      pushChildren(stack, node, 0)
      return
    }
    const slot = nibbleAt(key, at)
    pushChildren(stack, node, slot + 1)
    node = childAt(node, slot)
    from = at
  }
}

function pushChildren(stack: Waiting[], parent: Node, first: number): void {
  if (parent.children === undefined) return
  for (let slot = 15; slot >= first; slot--) {
    if (parent.children[slot] !== undefined) stack.push({ parent, slot })
  }
}

/** A branch may hold a longer key than its own. */
function ownKey({ key, end }: Node): Uint8Array {
  return 2 * key.length === end ? key : key.slice(0, end >> 1)
}

/**
 * A sorted set that never changes: adding gives another one that shares most of this one's nodes. A treap (Seidel and
 * Aragon 1996), so both take O(log n), whoever chooses the order of arrivals. Who walks one sees it as it was when he
 * began, whatever happens meanwhile.
 */
interface TreapNode<T> {
  readonly item: T
  /** Random, and the largest of its subtree: nobody outside can make the tree deep. */
  readonly weight: number
  readonly left: TreapNode<T> | undefined
  readonly right: TreapNode<T> | undefined
}

/** Negative if `left` comes first; 0 for one and the same item only. */
export type Compare<T> = (left: T, right: T) => number

/**
 * @example
 * const set = orderedSet<number>((left, right) => left - right).with(2).with(1)
 * set.first() // 1
 */
export function orderedSet<T>(compare: Compare<T>): OrderedSet<T> {
  return new OrderedSet(compare, undefined)
}

export class OrderedSet<T> {
  readonly compare: Compare<T>
  readonly #root: TreapNode<T> | undefined

  constructor(compare: Compare<T>, root: TreapNode<T> | undefined) {
    this.compare = compare
    this.#root = root
  }

  with(item: T): OrderedSet<T> {
    return new OrderedSet(this.compare, insert(this.#root, item, this.compare))
  }

  /** Finds the item by comparing, so it must compare as it did when it was added. */
  without(item: T): OrderedSet<T> {
    return new OrderedSet(this.compare, remove(this.#root, item, this.compare))
  }

  get isEmpty(): boolean {
    return this.#root === undefined
  }

  first(): T | undefined {
    let node = this.#root
    while (node?.left !== undefined) node = node.left
    return node?.item
  }

  /** In order; each step takes O(log n), and nothing is copied at the beginning. */
  *[Symbol.iterator](): Generator<T, undefined> {
    const above: TreapNode<T>[] = []
    for (let node = this.#root; node !== undefined || above.length > 0; ) {
      if (node !== undefined) {
        above.push(node)
        node = node.left
      } else {
        const next = above.pop() as TreapNode<T>
        yield next.item
        node = next.right
      }
    }
    return undefined
  }
}

/**
 * Walks through the heads of many chains and what follows each, in the set's order: of all items whose predecessor was
 * given, the first one is next. `follow` is asked after an item was used.
 */
export function* walkChains<T>(heads: OrderedSet<T>, follow: (item: T) => T | undefined): Generator<T, undefined> {
  const rest = heads[Symbol.iterator]()
  let head = rest.next()
  let followers = orderedSet(heads.compare)
  for (;;) {
    const follower = followers.first()
    const takesHead = !head.done && (follower === undefined || heads.compare(head.value, follower) < 0)
    const item = takesHead ? head.value : follower
    if (item === undefined) return undefined
    if (takesHead) head = rest.next()
    else followers = followers.without(item)
    yield item
    const next = follow(item)
    if (next !== undefined) followers = followers.with(next)
  }
}

function insert<T>(node: TreapNode<T> | undefined, item: T, compare: Compare<T>): TreapNode<T> {
  if (node === undefined) return { item, weight: Math.random(), left: undefined, right: undefined }
  const order = compare(item, node.item)
  if (order === 0) return { ...node, item }
  if (order < 0) {
    const left = insert(node.left, item, compare)
    return left.weight > node.weight
      ? { ...left, right: { ...node, left: left.right } }
      : { item: node.item, weight: node.weight, left, right: node.right }
  }
  const right = insert(node.right, item, compare)
  return right.weight > node.weight
    ? { ...right, left: { ...node, right: right.left } }
    : { item: node.item, weight: node.weight, left: node.left, right }
}

function remove<T>(node: TreapNode<T> | undefined, item: T, compare: Compare<T>): TreapNode<T> | undefined {
  if (node === undefined) return undefined
  const order = compare(item, node.item)
  if (order === 0) return merge(node.left, node.right)
  return order < 0
    ? { item: node.item, weight: node.weight, left: remove(node.left, item, compare), right: node.right }
    : { item: node.item, weight: node.weight, left: node.left, right: remove(node.right, item, compare) }
}

/** All of `left` comes before all of `right`. */
function merge<T>(left: TreapNode<T> | undefined, right: TreapNode<T> | undefined): TreapNode<T> | undefined {
  if (left === undefined) return right
  if (right === undefined) return left
  return left.weight > right.weight
    ? { item: left.item, weight: left.weight, left: left.left, right: merge(left.right, right) }
    : { item: right.item, weight: right.weight, left: merge(left, right.left), right: right.right }
}

/** Lists as tries: the extrinsics root of a block, the receipts root of a commit. Key = SCALE compact of the index. */
import { COMPACT_LIMIT, encodeCompact } from './compact.ts'
import type { TrieVersion } from './encode-node.ts'
import { proveKeys } from './prove-keys.ts'
import { emptyTrie, type Trie } from './trie.ts'
import { type ProofFailure, verifyProof } from './verify-proof.ts'

/** `trie.absent`: the list that the root commits to has no such index. */
export type OrderedResult =
  | { readonly ok: true; readonly value: Uint8Array }
  | { readonly ok: false; readonly reason: ProofFailure | 'trie.absent' }

/**
 * The root of `values` in their order (Substrate `ordered_trie_root`).
 *
 * The genesis header has the root of an empty list, which is the same in both versions.
 *
 * @throws TrieError `trie.value-too-long` (limits.ts)
 * @example
 * const extrinsicsRoot = orderedTrieRoot(extrinsics, 0)
 */
export function orderedTrieRoot(values: readonly Uint8Array[], version: TrieVersion): Uint8Array {
  return orderedTrie(values, version).root()
}

/** Proves `values[index]` under `orderedTrieRoot(values, version)`. Cost: builds the whole trie. */
export function proveOrdered(values: readonly Uint8Array[], index: number, version: TrieVersion): Uint8Array[] {
  return proveKeys(orderedTrie(values, version), [encodeCompact(index)])
}

/**
 * The value at `index` of the list with `root`. `proof` and `index` may come from a stranger.
 *
 * @example
 * const receipt = verifyOrdered(commit.receiptsRoot, proof, position)
 */
export function verifyOrdered(root: Uint8Array, proof: readonly Uint8Array[], index: number): OrderedResult {
  if (!Number.isInteger(index) || index < 0 || index >= COMPACT_LIMIT) return { ok: false, reason: 'trie.absent' }
  const result = verifyProof(root, proof, [encodeCompact(index)])
  if (!result.ok) return result
  const [value] = result.values
  return value === undefined ? { ok: false, reason: 'trie.absent' } : { ok: true, value }
}

function orderedTrie(values: readonly Uint8Array[], version: TrieVersion): Trie {
  return emptyTrie(version).applyChanges(values.map((value, index) => [encodeCompact(index), value] as const))
}

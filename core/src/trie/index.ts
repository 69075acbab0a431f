/** Substrate's base-16 Merkle-Patricia trie, its read proofs, and roots of lists. */
export type { TrieVersion } from './encode-node.ts'
export type { Entry } from './entries.ts'
export { MAX_KEY_BYTES, MAX_PROOF_BYTES, MAX_PROOF_NODES, MAX_VALUE_BYTES } from './limits.ts'
export { type OrderedResult, orderedTrieRoot, proveOrdered, verifyOrdered } from './ordered.ts'
export { proveKeys } from './prove-keys.ts'
export { type Change, emptyTrie, type Trie } from './trie.ts'
export { TrieError, type TrieErrorCode } from './trie-error.ts'
export { type ProofFailure, type ProofResult, verifyProof } from './verify-proof.ts'

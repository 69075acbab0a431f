/** The bounds of the trie: what a stranger may send, and what may enter state at all. */

/** Bytes of a storage key. Deeper paths have no use, and this bounds every walk and recursion at 1,024 nibbles. */
export const MAX_KEY_BYTES = 512

/** Bytes of one proof: the largest value (8 MiB, below) with its path; hashing this much takes some 30 ms. */
export const MAX_PROOF_BYTES = 16 * 1024 * 1024

/** Nodes of one proof: 2,000 keys of a state of millions (about 8 nodes a path); each costs one hash. */
export const MAX_PROOF_NODES = 16_384

/** Bytes of one value: half of a proof, so that nothing enters state which no proof could carry. */
export const MAX_VALUE_BYTES = MAX_PROOF_BYTES / 2

/** Checks a read proof from a stranger against a root that is already trusted. */
import { blake2b256 } from '../crypto/hash.ts'
import { type DecodedNode, decodeNode } from './decode-node.ts'
import { EMPTY_NODE } from './encode-node.ts'
import { MAX_KEY_BYTES, MAX_PROOF_BYTES, MAX_PROOF_NODES } from './limits.ts'
import { nibbleAt } from './nibbles.ts'

export type ProofFailure =
  /** More than MAX_PROOF_NODES entries. */
  | 'trie.too-many-nodes'
  /** More than MAX_PROOF_BYTES in all. */
  | 'trie.proof-too-large'
  /** No key can be longer than MAX_KEY_BYTES. */
  | 'trie.key-too-long'
  /** Bytes under a right hash that are no canonical node: the root is not the root of a trie. */
  | 'trie.bad-node'
  /** A hash on the way to a key, or of its value, is not in the proof. Altered nodes end here. */
  | 'trie.incomplete-proof'

export type ProofResult =
  | { readonly ok: true; readonly values: (Uint8Array | undefined)[] }
  | { readonly ok: false; readonly reason: ProofFailure }

/**
 * What `proof` proves about `keys` under `root`: in `values`, in the order of `keys`, the value or `undefined` for
 * a key that is proven absent. Either every key is proven or the whole answer is refused.
 *
 * Serves both state versions, as a node says itself whether it holds a value or its hash. Entries that no path
 * needs are ignored, so one proof can be checked for some of its keys. Never throws on hostile bytes; each
 * entry is hashed and decoded at most once, and each step down uses up a nibble of the key, so no cycle can hold it.
 *
 * @example
 * const read = verifyProof(header.stateRoot, proof, [key])
 * if (!read.ok) return read
 */
export function verifyProof(root: Uint8Array, proof: readonly Uint8Array[], keys: readonly Uint8Array[]): ProofResult {
  if (proof.length > MAX_PROOF_NODES) return refuse('trie.too-many-nodes')
  if (proof.reduce((sum, entry) => sum + entry.length, 0) > MAX_PROOF_BYTES) return refuse('trie.proof-too-large')
  if (keys.some((key) => key.length > MAX_KEY_BYTES)) return refuse('trie.key-too-long')
  if (root.length !== 32) return refuse('trie.incomplete-proof') // no entry can have this hash
  if (textOf(root) === EMPTY_ROOT) return { ok: true, values: keys.map(() => undefined) }

  const entries: Entries = { bytes: new Map(proof.map((e) => [textOf(blake2b256(e)), e])), nodes: new Map() }
  const values: (Uint8Array | undefined)[] = []
  for (const key of keys) {
    const found = lookUp(entries, root, key)
    if (!found.ok) return found
    // Not `slice`, which for a Node.js Buffer is a view that the sender of the proof could still write to.
    values.push(found.value && new Uint8Array(found.value))
  }
  return { ok: true, values }
}

interface Entries {
  readonly bytes: ReadonlyMap<string, Uint8Array>
  /** Decoded so far. A value may look like a node, so an entry is decoded only when a path names it as a node. */
  readonly nodes: Map<string, DecodedNode>
}

type Refused = { readonly ok: false; readonly reason: ProofFailure }
type Found = { readonly ok: true; readonly value: Uint8Array | undefined } | Refused

const ABSENT: Found = { ok: true, value: undefined }

const EMPTY_ROOT = textOf(blake2b256(EMPTY_NODE))

function lookUp(entries: Entries, root: Uint8Array, key: Uint8Array): Found {
  const total = 2 * key.length
  let position = 0
  let next = nodeOf(entries, root)
  for (;;) {
    if (!next.ok) return next
    const { nibbles, value, children } = next.node
    if (nibbles.length > total - position) return ABSENT
    for (const nibble of nibbles) if (nibble !== nibbleAt(key, position++)) return ABSENT
    if (position === total) {
      if (value?.kind !== 'hash') return { ok: true, value: value?.bytes }
      const bytes = entries.bytes.get(textOf(value.hash))
      return bytes === undefined ? refuse('trie.incomplete-proof') : { ok: true, value: bytes }
    }
    const child = children[nibbleAt(key, position++)]
    if (child === undefined) return ABSENT
    next = child.kind === 'inline' ? { ok: true, node: child.node } : nodeOf(entries, child.hash)
  }
}

function nodeOf(entries: Entries, hash: Uint8Array): { readonly ok: true; readonly node: DecodedNode } | Refused {
  const name = textOf(hash)
  const known = entries.nodes.get(name)
  if (known !== undefined) return { ok: true, node: known }
  const bytes = entries.bytes.get(name)
  if (bytes === undefined) return refuse('trie.incomplete-proof')
  const node = decodeNode(bytes)
  if (node === undefined) return refuse('trie.bad-node')
  entries.nodes.set(name, node)
  return { ok: true, node }
}

function refuse(reason: ProofFailure): Refused {
  return { ok: false, reason }
}

/** A map key for a hash: one character a byte. */
function textOf(hash: Uint8Array): string {
  return String.fromCharCode(...hash)
}

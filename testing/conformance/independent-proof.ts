/** Reads a storage proof with the nodes and hashes of polkadot-api: no code of ours checks what our node proved. */
import { type ProofTrieNode, validateProofs } from '@polkadot-api/substrate-bindings'

/**
 * The value of a key under a state root, or `undefined` if the proof shows that there is none. State version 1.
 * @param nodes of the proof, as hex
 * @param key whole storage key, as hex
 * @throws if the nodes are not a proof of this root, or do not lead to the key
 */
export function provenValue(nodes: readonly string[], stateRoot: string, key: string): string | undefined {
  const proof = validateProofs([...nodes] as `0x${string}`[])
  if (proof?.rootHash !== stateRoot) throw new Error(`proof of ${proof?.rootHash}, not of ${stateRoot}`)
  const find = (hash: string): ProofTrieNode => {
    const node = proof.proofs[hash as `0x${string}`]
    if (node === undefined) throw new Error(`the proof lacks ${hash}`)
    return node
  }
  let node = find(stateRoot)
  let rest = key.slice(2)
  for (;;) {
    if (node.type === 'Raw' || node.type === 'Empty' || node.type === 'Reserved') throw new Error('not a node')
    if (!rest.startsWith(node.partialKey)) return undefined
    rest = rest.slice(node.partialKey.length)
    if (rest === '') return nodeValue(node, find)
    if (!('children' in node)) return undefined
    const child: string | undefined = node.children[rest.charAt(0) as keyof typeof node.children]
    if (child === undefined) return undefined
    node = find(child)
    rest = rest.slice(1)
  }
}

function nodeValue(node: ProofTrieNode, find: (hash: string) => ProofTrieNode): string | undefined {
  if (!('value' in node)) return undefined
  if (node.type === 'LeafWithHash' || node.type === 'BranchWithHash') {
    const raw = find(node.value)
    return raw.type === 'Raw' ? raw.value : undefined
  }
  // polkadot-api leaves the length before a leaf's value: one byte, since values above 32 bytes stand apart.
  return node.type === 'Leaf' ? `0x${node.value.slice(4)}` : node.value
}
